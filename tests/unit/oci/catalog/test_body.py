from __future__ import annotations

import base64
import hashlib
import io
from typing import BinaryIO

import attrs
import pytest

from oci_mlflow_core.errors import InvalidRequestError
from oci_mlflow_core.model.artifact import RuntimeArtifact
from oci_mlflow_core.testing.progress_sink import RecordingStep
from oci_mlflow_plugin.adapters.oci.catalog.body import ArtifactBody, md5_of

DATA = bytes(range(256)) * 3000
MD5 = base64.b64encode(hashlib.md5(DATA, usedforsecurity=False).digest()).decode()


@attrs.frozen
class Artifact(RuntimeArtifact):
    data: bytes = DATA
    size: int = len(DATA)
    sha256: str = hashlib.sha256(DATA).hexdigest()

    def open(self) -> BinaryIO:
        return io.BytesIO(self.data)


def body_of(artifact: RuntimeArtifact, step: RecordingStep | None = None) -> ArtifactBody:
    return ArtifactBody(artifact, artifact.open(), step or RecordingStep("upload"))


def test_it_has_a_length_and_no_file_behind_it() -> None:
    body = body_of(Artifact())

    assert len(body) == len(DATA)
    assert not hasattr(body, "fileno")


def test_read_or_iterated_it_gives_the_bytes() -> None:
    read, iterated = body_of(Artifact()), body_of(Artifact())

    assert b"".join(iter(lambda: read.read(10), b"")) == b"".join(iterated) == DATA


def test_it_gives_more_at_a_time_than_it_is_asked_for() -> None:
    assert len(body_of(Artifact()).read(16)) == 1 << 18


def test_what_was_read_is_counted_and_digested() -> None:
    step = RecordingStep("upload")
    body = body_of(Artifact(), step)

    assert b"".join(body)

    body.check()
    assert body.md5 == md5_of(Artifact()) == MD5
    assert [done for done, _ in step.moves] == [1 << 18, 2 << 18, len(DATA)]
    assert {total for _, total in step.moves} == {len(DATA)}


def test_more_bytes_than_were_announced_are_not_sent() -> None:
    assert b"".join(body_of(Artifact(data=DATA + b"more"))) == DATA


def test_fewer_bytes_than_were_announced_are_told() -> None:
    body = body_of(Artifact(data=DATA[:-1]))

    with pytest.raises(InvalidRequestError) as caught:
        b"".join(body)

    assert str(caught.value) == (
        f"the runtime artifact with SHA-256 {Artifact().sha256} changed while it was read: "
        f"it ended after {len(DATA) - 1} of {len(DATA)} bytes"
    )
    assert body.fault is caught.value


def test_other_bytes_than_were_announced_are_told() -> None:
    other = b"x" + DATA[1:]
    body = body_of(Artifact(data=other))
    assert b"".join(body) == other

    with pytest.raises(InvalidRequestError) as caught:
        body.check()

    assert str(caught.value) == (
        f"the runtime artifact with SHA-256 {Artifact().sha256} changed while it was read: "
        f"its SHA-256 is {hashlib.sha256(other).hexdigest()}"
    )
