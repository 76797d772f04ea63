from __future__ import annotations

import fcntl
import os
from pathlib import Path

import pytest

from oci_mlflow_plugin.adapters.home.flock import claim, is_at


def test_a_claim_is_one_at_a_time(tmp_path: Path) -> None:
    first = claim(tmp_path / "file")

    second = claim(tmp_path / "file")

    assert first is not None
    assert second is None
    os.close(first)


def test_a_file_that_its_holder_removes_while_it_is_being_claimed_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file"
    really_lock = fcntl.flock

    def lock_when_the_holder_is_done(descriptor: int, operation: int) -> None:
        monkeypatch.setattr(fcntl, "flock", really_lock)
        path.unlink()
        really_lock(descriptor, operation)

    # Between opening and locking lies the one moment at which this can happen; no process can be made to hit it.
    monkeypatch.setattr(fcntl, "flock", lock_when_the_holder_is_done)

    descriptor = claim(path)

    assert descriptor is not None
    assert is_at(descriptor, path)
    os.close(descriptor)


def test_a_file_that_is_not_there_can_be_left_so(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        claim(tmp_path / "file", create=False)

    assert list(tmp_path.iterdir()) == []
