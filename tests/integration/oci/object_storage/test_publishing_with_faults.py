"""Whatever fails while a pack is published, it is there whole or not at all, and the next run ends well."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from integration.oci.object_storage import rig
from oci_twin.twin import Twin

from oci_mlflow_core.errors import CancelledError, DeploymentError
from oci_mlflow_core.model.pack import PackFile
from oci_mlflow_core.testing.progress_sink import RecordingStep
from oci_mlflow_plugin.adapters.oci.object_storage.store import OciPackStore

#: Every call that publishing a pack in parts makes.
CALLS = (
    "head_object",
    "list_objects",
    "list_multipart_uploads",
    "put_object",
    "create_multipart_upload",
    "list_multipart_upload_parts",
    "upload_part",
    "commit_multipart_upload",
)
#: What goes by when a call is made again.
PASSING: dict[str, dict[str, Any]] = {
    "503": {"status": 503},
    "503 after the effect": {"status": 503, "after_effect": True},
    "429": {"status": 429},
    "reset": {"kind": "reset_before"},
    "reset after the effect": {"kind": "reset_after"},
    "truncated answer": {"kind": "truncate"},
}
#: What stays as long as the fault does.
LASTING: dict[str, dict[str, Any]] = {
    "401": {"status": 401},
    "404": {"status": 404},
    "409": {"status": 409},
    "412": {"status": 412},
    "413 after the effect": {"status": 413, "after_effect": True},
    "500 after the effect": {"status": 500, "after_effect": True},
    "reset after the effect": {"kind": "reset_after"},
}


def attempt(store: OciPackStore, pack: PackFile) -> DeploymentError | None:
    """The error that publishing ends with."""
    try:
        store.publish(rig.LOCATION, pack, RecordingStep("publish"))
    except DeploymentError as failure:
        return failure
    return None


@pytest.fixture
def pack(tmp_path: Path) -> PackFile:
    return rig.large_pack(tmp_path / "pack.tar.gz")


@pytest.mark.parametrize("fault", PASSING)
@pytest.mark.parametrize("call", CALLS)
def test_a_passing_fault_is_outlived(twin: Twin, store: OciPackStore, pack: PackFile, call: str, fault: str) -> None:
    rig.fail(twin, call, **PASSING[fault])

    failure = attempt(store, pack)

    assert failure is None
    assert len(rig.objects_in(twin)) == 3
    assert rig.open_uploads(twin) == []


@pytest.mark.parametrize("number", range(rig.PARTS))
@pytest.mark.parametrize("fault", PASSING)
def test_a_passing_fault_of_any_part_is_outlived(
    *, twin: Twin, store: OciPackStore, pack: PackFile, fault: str, number: int, tmp_path: Path
) -> None:
    rig.fail(twin, "upload_part", skip=number, **PASSING[fault])

    failure = attempt(store, pack)

    fetched = store.fetch(rig.LOCATION, tmp_path / "fetched", RecordingStep("fetch"))
    assert failure is None
    assert fetched.path.read_bytes() == pack.path.read_bytes()


@pytest.mark.parametrize("fault", LASTING)
@pytest.mark.parametrize("call", CALLS)
def test_a_lasting_fault_leaves_nothing_and_the_next_run_ends_well(
    twin: Twin, store: OciPackStore, pack: PackFile, call: str, fault: str
) -> None:
    rig.fail(twin, call, times=None, **LASTING[fault])

    failure = attempt(store, pack)

    twin.faults.clear()
    left = (rig.open_uploads(twin), rig.objects_in(twin))
    told = failure.leftovers if failure else ()
    assert failure is None or left == ([], []) or told
    assert attempt(store, pack) is None
    assert len(rig.objects_in(twin)) == 3
    assert rig.open_uploads(twin) == []


def test_an_upload_that_cannot_be_aborted_is_told_and_gone_on_with(
    twin: Twin, store: OciPackStore, pack: PackFile
) -> None:
    rig.fail(twin, "upload_part", status=413, skip=rig.PARTS - 1)
    rig.fail(twin, "abort_multipart_upload", status=503, times=None)
    failure = attempt(store, pack)
    twin.faults.clear()
    twin.faults.forget_calls()

    assert attempt(store, pack) is None
    assert failure is not None
    (leftover,) = failure.leftovers
    assert leftover.startswith(f"perhaps an unfinished upload of {rig.LOCATION}: could not abort the upload of")
    assert leftover.endswith("; the next run goes on with it or removes it")
    assert rig.calls_of(twin, "create_multipart_upload") == 0
    assert rig.calls_of(twin, "upload_part") < rig.PARTS
    assert rig.open_uploads(twin) == []


def test_ctrl_c_while_the_service_is_away_tells_what_is_left(twin: Twin, store: OciPackStore, pack: PackFile) -> None:
    class Interrupting(RecordingStep):
        def moved(self, done: int, total: int | None) -> None:
            rig.fail(twin, "abort_multipart_upload", status=503, times=None)
            raise KeyboardInterrupt

    with pytest.raises(CancelledError) as raised:
        store.publish(rig.LOCATION, pack, Interrupting("publish"))

    assert str(raised.value) == f"cancelled while publishing {rig.LOCATION}"
    assert raised.value.leftovers[0].startswith(f"perhaps an unfinished upload of {rig.LOCATION}")


def test_rubbish_that_may_not_be_removed_is_told_and_the_pack_is_there(
    twin: Twin, store: OciPackStore, pack: PackFile, step: RecordingStep, tmp_path: Path
) -> None:
    store.publish(rig.LOCATION, rig.small_pack(tmp_path / "old"), step)
    rig.fail(twin, "delete_object", status=403, times=None)

    published = store.publish(rig.LOCATION, pack, step, overwrite=True)

    assert published == store.find(rig.LOCATION)
    assert step.said[-1].startswith(f"what others left beside {rig.LOCATION} stays: could not remove")


def test_an_answer_that_is_lost_until_the_end_is_no_failure_when_the_pack_is_there(
    twin: Twin, store: OciPackStore, pack: PackFile
) -> None:
    rig.fail(twin, "commit_multipart_upload", "reset_after", times=None)

    failure = attempt(store, pack)

    found = store.find(rig.LOCATION)
    assert failure is None
    assert found is not None
    assert (found.sha256, len(rig.objects_in(twin))) == (pack.sha256, 3)
