"""How a pack gets into a bucket."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import attrs
import pytest
from integration.oci.object_storage import rig
from oci_twin.twin import Twin

from oci_mlflow_core.errors import PackConflictError, PackCorruptError, PackStoreError
from oci_mlflow_core.model.pack import ObjectLocation, PackFile
from oci_mlflow_core.testing.progress_sink import RecordingStep
from oci_mlflow_plugin.adapters.oci.object_storage.store import OciPackStore


@pytest.fixture
def large(tmp_path: Path) -> PackFile:
    return rig.large_pack(tmp_path / "large")


@pytest.fixture
def small(tmp_path: Path) -> PackFile:
    return rig.small_pack(tmp_path / "small")


def begin_upload(twin: Twin, name: str = rig.LOCATION.path) -> str:
    """An upload that somebody else began."""
    created = rig.client_of(twin).create_multipart_upload(rig.NAMESPACE, rig.BUCKET, {"object": name})
    return str(created.data.upload_id)


def test_a_large_pack_goes_up_in_parts(twin: Twin, store: OciPackStore, large: PackFile, step: RecordingStep) -> None:
    store.publish(rig.LOCATION, large, step)

    assert rig.calls_of(twin, "upload_part") == rig.PARTS


def test_a_small_pack_goes_up_in_one_call(
    twin: Twin, store: OciPackStore, small: PackFile, step: RecordingStep
) -> None:
    store.publish(rig.LOCATION, small, step)

    assert rig.calls_of(twin, "upload_part") == 0
    assert rig.calls_of(twin, "create_multipart_upload") == 0


def test_the_bytes_are_shown_as_they_move(store: OciPackStore, large: PackFile, step: RecordingStep) -> None:
    store.publish(rig.LOCATION, large, step)

    done = [moved for moved, _ in step.moves]
    assert done == sorted(done)
    assert len(done) > rig.PARTS
    assert {total for _, total in step.moves} == {large.size}


@pytest.mark.parametrize("pack", ["small", "large"])
def test_the_manifest_is_where_notebooks_read_it(
    twin: Twin, store: OciPackStore, pack: str, step: RecordingStep, request: pytest.FixtureRequest
) -> None:
    store.publish(rig.LOCATION, request.getfixturevalue(pack), step)

    headers = rig.client_of(twin).head_object(rig.NAMESPACE, rig.BUCKET, rig.LOCATION.path).headers
    manifest = json.loads(headers["opc-meta-manifest"])
    assert (manifest["slug"], manifest["python"], manifest["type"]) == ("fraud_v1", "3.11.7", "published")


def test_lock_and_sha256_lie_beside_the_pack(
    twin: Twin, store: OciPackStore, small: PackFile, step: RecordingStep
) -> None:
    store.publish(rig.LOCATION, small, step)

    pack, lock, sha256 = sorted(rig.objects_in(twin))
    content = rig.client_of(twin).get_object(rig.NAMESPACE, rig.BUCKET, sha256).data.content.decode()
    assert pack == rig.LOCATION.path
    assert (lock.rpartition(".")[2], sha256.rpartition(".")[2]) == ("lock", "sha256")
    assert content.splitlines()[-1] == f"{small.sha256}  fraud_v1"


def test_a_long_description_is_cut_so_that_the_manifest_fits(
    store: OciPackStore, small: PackFile, step: RecordingStep
) -> None:
    manifest = attrs.evolve(small.manifest, description="ö" * 5000)

    published = store.publish(rig.LOCATION, attrs.evolve(small, manifest=manifest), step)

    assert published == store.find(rig.LOCATION)
    assert 500 < len(published.manifest.description) < 700


def test_a_part_that_arrives_damaged_is_sent_again(
    twin: Twin, store: OciPackStore, large: PackFile, step: RecordingStep
) -> None:
    rig.fail(twin, "upload_part", "corrupt")

    store.publish(rig.LOCATION, large, step)

    assert rig.calls_of(twin, "upload_part") == rig.PARTS + 1
    assert step.moves[-1] == (large.size, large.size)


def test_parts_that_never_arrive_undamaged_are_an_error(
    twin: Twin, store: OciPackStore, large: PackFile, step: RecordingStep
) -> None:
    rig.fail(twin, "upload_part", "corrupt", times=None)

    with pytest.raises(PackCorruptError) as raised:
        store.publish(rig.LOCATION, large, step)

    assert "OCI received other bytes than were sent, 3 times" in str(raised.value)
    assert (rig.open_uploads(twin), rig.objects_in(twin)) == ([], [])


def test_another_pack_there_is_told_by_what_differs(
    store: OciPackStore, large: PackFile, small: PackFile, step: RecordingStep
) -> None:
    store.publish(rig.LOCATION, small, step)
    other = attrs.evolve(large, manifest=attrs.evolve(large.manifest, python="3.12.1", lock_digest="f" * 64))

    with pytest.raises(PackConflictError) as raised:
        store.publish(rig.LOCATION, other, step)

    assert str(raised.value) == (
        f"{rig.LOCATION}: another pack is published there; it differs in Python (3.11.7 there, 3.12.1 here), "
        f"lock digest ({(small.manifest.lock_digest or '')[:12]} there, ffffffffffff here), "
        f"sha256 ({small.sha256[:12]} there, {large.sha256[:12]} here)"
    )


def test_a_conflict_moves_no_bytes(
    twin: Twin, store: OciPackStore, large: PackFile, small: PackFile, step: RecordingStep
) -> None:
    store.publish(rig.LOCATION, small, step)
    twin.faults.forget_calls()

    with pytest.raises(PackConflictError):
        store.publish(rig.LOCATION, large, step)

    assert rig.calls_of(twin, "put_object") == 0
    assert rig.calls_of(twin, "create_multipart_upload") == 0


def test_a_bucket_that_is_not_there_is_told_with_what_to_do(
    twin: Twin, store: OciPackStore, small: PackFile, step: RecordingStep
) -> None:
    with pytest.raises(PackStoreError) as raised:
        store.publish(ObjectLocation.parse("oci://nowhere@ns/envs/fraud_v1"), small, step)

    assert str(raised.value) == (
        "oci://nowhere@ns/envs/fraud_v1: no bucket 'nowhere' in the namespace 'ns', or the caller may not use it"
    )
    assert raised.value.hint == (
        "Create it with 'oci os bucket create --name nowhere --compartment-id <OCID>', or ask for the policy: "
        "allow group <group> to manage object-family in compartment <compartment> where target.bucket.name = 'nowhere'"
    )


def test_a_location_without_namespace_is_in_the_tenancys_own(
    store: OciPackStore, small: PackFile, step: RecordingStep
) -> None:
    store.publish(attrs.evolve(rig.LOCATION, namespace=None), small, step)

    found = store.find(rig.LOCATION)
    assert found is not None
    assert found.sha256 == small.sha256


def test_an_overwritten_pack_leaves_nothing_beside_the_new_one(
    twin: Twin, store: OciPackStore, large: PackFile, small: PackFile, step: RecordingStep
) -> None:
    store.publish(rig.LOCATION, small, step)
    before = set(rig.objects_in(twin))

    store.publish(rig.LOCATION, large, step, overwrite=True)

    after = set(rig.objects_in(twin))
    assert len(after) == 3
    assert before & after == {rig.LOCATION.path}


def test_uploads_of_somebody_else_are_left_alone(
    twin: Twin, store: OciPackStore, large: PackFile, step: RecordingStep
) -> None:
    theirs = [begin_upload(twin), begin_upload(twin, "another object")]

    store.publish(rig.LOCATION, large, step)

    assert sorted(rig.open_uploads(twin)) == sorted(theirs)


def test_of_many_different_publishers_at_once_one_wins_and_the_others_leave_nothing(
    twin: Twin, store: OciPackStore, tmp_path: Path
) -> None:
    packs = [rig.large_pack(tmp_path / f"pack{seed}", seed) for seed in range(4)]
    outcomes = publish_at_once(store, packs)

    found = store.find(rig.LOCATION)
    assert found is not None
    assert sorted(outcomes) == sorted([str(found.sha256), *3 * ["PackConflictError"]])
    assert len(rig.objects_in(twin)) == 3
    assert rig.open_uploads(twin) == []


def test_of_many_that_publish_the_same_at_once_all_succeed_and_leave_nothing(
    twin: Twin, store: OciPackStore, large: PackFile
) -> None:
    outcomes = publish_at_once(store, 4 * [large])

    assert outcomes == 4 * [large.sha256]
    assert len(rig.objects_in(twin)) == 3
    assert rig.open_uploads(twin) == []


def test_of_many_that_overwrite_at_once_the_last_has_its_own_lock(
    twin: Twin, store: OciPackStore, tmp_path: Path
) -> None:
    packs = [rig.large_pack(tmp_path / f"pack{seed}", seed) for seed in range(4)]
    outcomes = publish_at_once(store, packs, overwrite=True)

    fetched = store.fetch(rig.LOCATION, tmp_path / "fetched", RecordingStep("fetch"))
    locks = {pack.sha256: pack.lock for pack in packs}
    assert sorted(outcomes) == sorted(locks)
    assert fetched.lock == locks[fetched.sha256]
    assert len(rig.objects_in(twin)) == 3
    assert rig.open_uploads(twin) == []


def publish_at_once(store: OciPackStore, packs: list[PackFile], *, overwrite: bool = False) -> list[str]:
    """What came of each: its sha256, or the name of the error."""
    start = threading.Barrier(len(packs))
    outcomes = [""] * len(packs)

    def publish(number: int) -> None:
        start.wait()
        try:
            stored = store.publish(rig.LOCATION, packs[number], RecordingStep("publish"), overwrite=overwrite)
            outcomes[number] = stored.sha256 or ""
        except Exception as fault:  # noqa: BLE001 - named in the outcome
            outcomes[number] = type(fault).__name__

    threads = [threading.Thread(target=publish, args=(number,)) for number in range(len(packs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes
