"""What lies beside a pack."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from pathlib import Path

import attrs
import pytest

from oci_mlflow_plugin.adapters.oci.object_storage.beside import LOCK, Note, beside_name, beside_object

SHA256SUM = shutil.which("sha256sum") or ""
PUBLICATION = "0123456789abcdef"
NOTE = Note(sha256=64 * "a", content="c0ffee", others=("one", "two"))


def test_a_name_says_what_it_lies_beside() -> None:
    found = beside_object("envs/fraud_v1", beside_name("envs/fraud_v1", PUBLICATION, LOCK), "etag")

    assert found is not None
    assert (found.publication, found.kind, found.etag) == (PUBLICATION, LOCK, "etag")


@pytest.mark.parametrize(
    "name",
    [
        "envs/fraud_v1",
        "envs/fraud_v1.lock",
        f"envs/fraud_v1.{PUBLICATION}",
        f"envs/fraud_v1.{PUBLICATION}.txt",
        f"envs/fraud_v1.{PUBLICATION[1:]}.lock",
        f"envs/fraud_v1.1.{PUBLICATION}.lock",
        f"envs/fraud_v1/below.{PUBLICATION}.lock",
    ],
)
def test_other_names_lie_beside_something_else(name: str) -> None:
    assert beside_object("envs/fraud_v1", name, "etag") is None


@pytest.mark.parametrize("note", [NOTE, Note(sha256=64 * "b", content="1", others=())])
def test_a_note_is_read_as_it_was_written(note: Note) -> None:
    assert Note.from_text(note.to_text("fraud_v1")) == note


@pytest.mark.parametrize("text", ["", "hello", 64 * "a" + "  fraud_v1\n", NOTE.to_text("x")[:-20]])
def test_what_is_no_note_is_none(text: str) -> None:
    assert Note.from_text(text) is None


@pytest.mark.skipif(not SHA256SUM, reason="macOS has none")
def test_sha256sum_understands_a_note(tmp_path: Path) -> None:
    (tmp_path / "fraud_v1").write_bytes(b"pack")
    text = attrs.evolve(NOTE, sha256=hashlib.sha256(b"pack").hexdigest()).to_text("fraud_v1")

    checked = subprocess.run(
        [SHA256SUM, "--check", "--strict"], cwd=tmp_path, input=text, capture_output=True, text=True, check=False
    )

    assert (checked.returncode, checked.stdout) == (0, "fraud_v1: OK\n")
