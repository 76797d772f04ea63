"""Locks by request, and how a pack goes."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from integration.oci.object_storage import rig
from oci_twin.twin import Twin

from oci_mlflow_core.errors import DeploymentError, PackStoreError, UnavailableError
from oci_mlflow_core.model.pack import ObjectLocation
from oci_mlflow_core.testing.progress_sink import RecordingStep
from oci_mlflow_core.testing.sample_packs import sample_lock
from oci_mlflow_plugin.adapters.oci.object_storage.store import OciPackStore

DESTINATION = ObjectLocation.parse(f"oci://{rig.BUCKET}@{rig.NAMESPACE}/envs")
NOWHERE = ObjectLocation.parse("oci://nowhere@ns/envs")
DIGEST = 64 * "a"


def test_a_lock_lies_below_its_destination(twin: Twin, store: OciPackStore) -> None:
    store.keep_lock(DESTINATION, DIGEST, sample_lock())

    assert rig.objects_in(twin) == [f"envs/.locks/{DIGEST}.json"]


def test_a_lock_that_arrives_damaged_is_sent_again(twin: Twin, store: OciPackStore) -> None:
    rig.fail(twin, "put_object", "corrupt")

    store.keep_lock(DESTINATION, DIGEST, sample_lock())

    assert store.find_lock(DESTINATION, DIGEST) == sample_lock()
    assert rig.calls_of(twin, "put_object") == 2


def test_a_lock_that_cannot_be_read_is_none(twin: Twin, store: OciPackStore) -> None:
    rig.client_of(twin).put_object(rig.NAMESPACE, rig.BUCKET, f"envs/.locks/{DIGEST}.json", b"\xff{")

    assert store.find_lock(DESTINATION, DIGEST) is None


def test_a_bucket_that_is_not_there_is_told_before_anything_is_built(store: OciPackStore) -> None:
    with pytest.raises(PackStoreError, match="no bucket 'nowhere' in the namespace 'ns'"):
        store.find_lock(NOWHERE, DIGEST)


def test_a_lock_cannot_be_kept_in_a_bucket_that_is_not_there(store: OciPackStore) -> None:
    with pytest.raises(PackStoreError, match="no bucket 'nowhere' in the namespace 'ns'"):
        store.keep_lock(NOWHERE, DIGEST, sample_lock())


def test_a_service_that_stays_away_is_no_missing_lock(twin: Twin, store: OciPackStore) -> None:
    rig.fail(twin, "get_object", status=503, times=None)

    with pytest.raises(UnavailableError):
        store.find_lock(DESTINATION, DIGEST)


def test_withdrawing_takes_what_lies_beside_too(twin: Twin, store: OciPackStore, tmp_path: Path) -> None:
    store.publish(rig.LOCATION, rig.large_pack(tmp_path / "pack"), RecordingStep("publish"))

    store.withdraw(rig.LOCATION)

    assert rig.objects_in(twin) == []


@pytest.mark.parametrize("call", ["head_object", "list_objects", "delete_object"])
@pytest.mark.parametrize("fault", [{"kind": "reset_after"}, {"status": 503, "after_effect": True}, {"status": 401}])
def test_whatever_fails_while_withdrawing_it_can_be_done_again(
    *, twin: Twin, store: OciPackStore, tmp_path: Path, call: str, fault: dict[str, Any]
) -> None:
    store.publish(rig.LOCATION, rig.large_pack(tmp_path / "pack"), RecordingStep("publish"))
    rig.fail(twin, call, times=9, **fault)
    with suppress(DeploymentError):
        store.withdraw(rig.LOCATION)
    twin.faults.clear()

    store.withdraw(rig.LOCATION)

    assert rig.objects_in(twin) == []


def test_a_bucket_alone_is_no_pack(store: OciPackStore) -> None:
    with pytest.raises(PackStoreError) as raised:
        store.find(ObjectLocation.parse("oci://packs@ns/"))

    assert str(raised.value) == "oci://packs@ns/: this is a bucket, not a pack"


def test_what_lies_beside_a_pack_is_no_pack(store: OciPackStore) -> None:
    with pytest.raises(PackStoreError) as raised:
        store.find(ObjectLocation.parse(f"oci://packs@ns/envs/fraud_v1.{16 * '0'}.lock"))

    assert str(raised.value) == (
        f"oci://packs@ns/envs/fraud_v1.{16 * '0'}.lock: "
        f"a name that ends in '.{16 * '0'}.lock' belongs to an object beside a pack"
    )
    assert raised.value.hint == "Did you mean 'fraud_v1'?"
