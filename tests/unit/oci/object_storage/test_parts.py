"""The bytes of one call."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from oci_mlflow_core.errors import InvalidRequestError
from oci_mlflow_core.testing.clock import ManualClock
from oci_mlflow_core.testing.progress_sink import RecordingStep
from oci_mlflow_plugin.adapters.oci.object_storage.parallel import Stop, StoppedError
from oci_mlflow_plugin.adapters.oci.object_storage.parts import (
    BLOCK,
    Body,
    BytesPart,
    FilePart,
    Part,
    md5_of,
    parts_of_file,
)
from oci_mlflow_plugin.adapters.oci.object_storage.shared_step import SharedStep

CONTENT = bytes(range(256)) * 4096


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "file"
    path.write_bytes(CONTENT)
    return path


@contextmanager
def body_of(part: Part, step: RecordingStep, stop: Stop) -> Iterator[Body]:
    with part.open() as stream:
        yield Body(stream, part.size, SharedStep(step, part.size), stop)


def read(body: Body) -> bytes:
    return b"".join(iter(body.read, b""))


def test_the_parts_of_a_file_make_the_file(file: Path) -> None:
    parts = parts_of_file(file, len(CONTENT), 300_000)

    content = []
    for part in parts:
        with part.open() as stream:
            content.append(stream.read(part.size))
    assert b"".join(content) == CONTENT
    assert [part.number for part in parts] == [1, 2, 3, 4]


@pytest.mark.parametrize("kind", ["file", "bytes"])
def test_the_md5_is_that_of_the_part_alone(file: Path, kind: str) -> None:
    content = CONTENT[1000:601_000]
    part: Part = FilePart(2, file, 1000, 600_000) if kind == "file" else BytesPart(2, content)

    digest = base64.b64decode(md5_of(part))

    assert digest == hashlib.md5(content, usedforsecurity=False).digest()


def test_a_body_gives_its_part_and_counts(file: Path) -> None:
    step = RecordingStep("upload")
    part = FilePart(1, file, 1000, 600_000)

    with body_of(part, step, Stop(ManualClock())) as body:
        content = read(body)

    assert (content, len(body), body.sent) == (CONTENT[1000:601_000], 600_000, 600_000)
    assert step.moves == [(BLOCK, 600_000), (2 * BLOCK, 600_000), (600_000, 600_000)]


def test_a_body_that_is_not_wanted_breaks_off(file: Path) -> None:
    stop = Stop(ManualClock())
    with body_of(FilePart(1, file, 0, 600_000), RecordingStep("upload"), stop) as body:
        body.read()
        stop.set()

        with pytest.raises(StoppedError):
            body.read()


def test_a_file_that_became_shorter_is_told(file: Path) -> None:
    part = FilePart(1, file, 0, len(CONTENT) + 1)

    with (
        body_of(part, RecordingStep("upload"), Stop(ManualClock())) as body,
        pytest.raises(InvalidRequestError) as raised,
    ):
        read(body)

    assert str(raised.value) == f"{file} became shorter while it was sent"
