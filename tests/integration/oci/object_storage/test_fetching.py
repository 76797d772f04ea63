"""How a pack comes from a bucket."""

from __future__ import annotations

import errno
import os
import time
from pathlib import Path
from typing import Any

import pytest
from integration.oci.object_storage import rig
from oci_twin.twin import Twin

from oci_mlflow_core.errors import OutOfSpaceError, PackCorruptError, PackNotFoundError, UnavailableError
from oci_mlflow_core.model.pack import ObjectLocation, PackFile
from oci_mlflow_core.testing.progress_sink import RecordingStep
from oci_mlflow_plugin.adapters.oci.object_storage.store import OciPackStore


@pytest.fixture
def published(store: OciPackStore, tmp_path: Path) -> PackFile:
    pack = rig.large_pack(tmp_path / "pack")
    store.publish(rig.LOCATION, pack, RecordingStep("publish"))
    return pack


@pytest.fixture
def to(tmp_path: Path) -> Path:
    return tmp_path / "there" / "fetched"


def test_a_large_pack_comes_in_ranges(
    twin: Twin, store: OciPackStore, published: PackFile, to: Path, step: RecordingStep
) -> None:
    twin.faults.forget_calls()

    store.fetch(rig.LOCATION, to, step)

    statuses = [status for _, name, status in twin.faults.calls if name == "get_object"]
    assert sorted(statuses) == [200] + [206] * rig.PARTS
    assert to.read_bytes() == published.path.read_bytes()


def test_a_range_that_comes_after_the_next_is_no_damage(
    *,
    twin: Twin,
    store: OciPackStore,
    published: PackFile,
    to: Path,
    step: RecordingStep,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client = store.connection.object_storage
    get_object = client.get_object

    def second_late(*place: str, **how: Any) -> Any:
        if how.get("range", "").startswith(f"bytes={rig.PART}-"):
            time.sleep(0.3)
        return get_object(*place, **how)

    monkeypatch.setattr(client, "get_object", second_late)
    twin.faults.forget_calls()

    store.fetch(rig.LOCATION, to, step)

    assert to.read_bytes() == published.path.read_bytes()
    assert rig.calls_of(twin, "get_object") == 1 + rig.PARTS


@pytest.mark.parametrize("kind", ["truncate", "reset_before", "reset_after"])
def test_a_range_that_breaks_off_is_asked_for_again(
    *, twin: Twin, store: OciPackStore, published: PackFile, to: Path, step: RecordingStep, kind: str
) -> None:
    rig.fail(twin, "get_object", kind, skip=2)

    store.fetch(rig.LOCATION, to, step)

    assert to.read_bytes() == published.path.read_bytes()
    assert step.moves[-1] == (published.size, published.size)


def test_bytes_that_change_on_the_way_are_fetched_again(
    twin: Twin, store: OciPackStore, published: PackFile, to: Path, step: RecordingStep
) -> None:
    rig.fail(twin, "get_object", "corrupt", skip=2)

    store.fetch(rig.LOCATION, to, step)

    assert to.read_bytes() == published.path.read_bytes()


def test_bytes_that_stay_wrong_are_an_error_and_no_file(
    twin: Twin, store: OciPackStore, published: PackFile, to: Path, step: RecordingStep
) -> None:
    rig.fail(twin, "get_object", "corrupt", times=None, skip=1)

    with pytest.raises(PackCorruptError) as raised:
        store.fetch(rig.LOCATION, to, step)

    assert str(raised.value).startswith(f"{rig.LOCATION}: the pack is damaged: its sha256 was {published.sha256}")
    assert list(to.parent.iterdir()) == []


def test_a_service_that_stays_away_leaves_no_file(
    twin: Twin, store: OciPackStore, published: PackFile, to: Path, step: RecordingStep
) -> None:
    rig.fail(twin, "get_object", times=None, status=503, skip=3)

    with pytest.raises(UnavailableError, match=f"^could not read {rig.LOCATION}: OCI answered 503"):
        store.fetch(rig.LOCATION, to, step)

    assert list(to.parent.iterdir()) == []


def test_a_pack_that_is_replaced_meanwhile_comes_as_the_new_one(
    twin: Twin, store: OciPackStore, published: PackFile, to: Path, tmp_path: Path
) -> None:
    new = rig.large_pack(tmp_path / "new", seed=2)

    class Replacing(RecordingStep):
        replaced = False

        def moved(self, done: int, total: int | None) -> None:
            if not self.replaced:
                self.replaced = True
                store.publish(rig.LOCATION, new, RecordingStep("publish"), overwrite=True)

    fetched = store.fetch(rig.LOCATION, to, Replacing("fetch"))

    assert (fetched.sha256, fetched.lock) == (new.sha256, new.lock)
    assert to.read_bytes() == new.path.read_bytes()


def test_a_full_disk_is_told_and_nothing_is_left(
    store: OciPackStore, published: PackFile, to: Path, step: RecordingStep, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "replace", full)

    with pytest.raises(OutOfSpaceError) as raised:
        store.fetch(rig.LOCATION, to, step)

    assert str(raised.value) == f"no space left on the disk that holds {to.parent} while fetching the pack"
    assert list(to.parent.iterdir()) == []


def test_what_is_not_there_is_told(store: OciPackStore, to: Path, step: RecordingStep) -> None:
    with pytest.raises(PackNotFoundError, match=f"^{rig.LOCATION}: no pack is published there$"):
        store.fetch(rig.LOCATION, to, step)


def test_an_empty_object_is_fetched(twin: Twin, store: OciPackStore, to: Path, step: RecordingStep) -> None:
    rig.client_of(twin).put_object(rig.NAMESPACE, rig.BUCKET, "empty", b"")

    fetched = store.fetch(ObjectLocation.parse(f"oci://{rig.BUCKET}@{rig.NAMESPACE}/empty"), to, step)

    assert (fetched.size, to.read_bytes()) == (0, b"")
