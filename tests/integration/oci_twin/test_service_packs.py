"""The bucket of OCI's own conda packs, as the SDK sees it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import oci
import pytest
from oci_twin.twin import Twin

NAMESPACE, BUCKET = "id19sfcrra6z", "service-conda-packs"
NAME = "service_pack/cpu/General_ML/1.0/generalml_p311_v1"
MANIFEST = {"name": "General_ML", "version": "1.0", "slug": "generalml_p311_v1", "python": "3.11"}


@pytest.fixture
def pack(twin: Twin, tmp_path: Path) -> str:
    (tmp_path / "pack").write_bytes(b"a pack")
    return twin.service_packs.add(tmp_path / "pack", MANIFEST, listed={"libraries": ["mlflow (v2.9)"]})


def test_a_pack_is_listed_in_the_index(storage: Any, pack: str) -> None:
    index = json.loads(storage.get_object(NAMESPACE, BUCKET, "service_pack/index.json").data.content)

    assert index == {"service_packs": [{**MANIFEST, "pack_path": pack, "libraries": ["mlflow (v2.9)"]}]}
    assert pack == f"oci://{BUCKET}@{NAMESPACE}/{NAME}"


def test_a_pack_is_read_with_its_manifest(storage: Any, pack: str) -> None:
    head = storage.head_object(NAMESPACE, BUCKET, NAME)

    assert json.loads(head.headers["opc-meta-manifest"]) == MANIFEST
    assert storage.get_object(NAMESPACE, BUCKET, NAME).data.content == b"a pack"
    assert pack.endswith(NAME)


def test_packs_are_listed_as_objects(storage: Any, pack: str) -> None:
    names = [one.name for one in storage.list_objects(NAMESPACE, BUCKET).data.objects]

    assert names == [NAME, "service_pack/index.json"]
    assert pack.endswith(NAME)


def test_nobody_of_the_tenancy_puts_anything_there(storage: Any, pack: str) -> None:
    with pytest.raises(oci.exceptions.ServiceError) as refusal:
        storage.put_object(NAMESPACE, BUCKET, "mine", b"bytes")

    assert (refusal.value.status, refusal.value.code) == (404, "NamespaceNotFound")
    assert pack.endswith(NAME)


def test_nobody_of_the_tenancy_removes_anything_there(storage: Any, pack: str) -> None:
    with pytest.raises(oci.exceptions.ServiceError) as refusal:
        storage.delete_object(NAMESPACE, BUCKET, NAME)

    assert (refusal.value.status, refusal.value.code) == (404, "NamespaceNotFound")
    assert pack.endswith(NAME)


def test_it_is_not_among_the_buckets_of_the_tenancy(twin: Twin, storage: Any, pack: str) -> None:
    assert [one.name for one in storage.list_buckets(twin.namespace, twin.compartment_id).data] == [twin.bucket]
    assert pack.endswith(NAME)


def test_a_twin_that_is_reset_has_no_service_packs(twin: Twin, storage: Any, pack: str) -> None:
    twin.reset()

    assert storage.list_objects(NAMESPACE, BUCKET).data.objects == []
    assert pack.endswith(NAME)
