"""Packs that another tool published, with what it said of them."""

from __future__ import annotations

import json
from pathlib import Path

import oci
import pytest
from integration.oci.object_storage import rig
from oci_twin.twin import Twin

from oci_mlflow_core.errors import PackConflictError, PackStoreError
from oci_mlflow_core.model.pack import PackFile, StoredPack
from oci_mlflow_core.testing.progress_sink import RecordingStep
from oci_mlflow_plugin.adapters.oci.object_storage.store import OciPackStore

ADS_MANIFEST = {
    "name": "fraud",
    "version": "1",
    "slug": "fraud_v1",
    "python": "3.9",
    "arch_type": "CPU",
    "manifest_version": "1.0",
    "type": "published",
    "libraries": ["mlflow"],
}


@pytest.fixture
def theirs(twin: Twin, tmp_path: Path) -> PackFile:
    """A pack as ADS publishes it: in parts, with the manifest alone."""
    pack = rig.large_pack(tmp_path / "theirs")
    manager = oci.object_storage.UploadManager(rig.client_of(twin))
    manager.upload_file(
        rig.NAMESPACE,
        rig.BUCKET,
        rig.LOCATION.path,
        str(pack.path),
        part_size=rig.PART // 2,
        metadata={"manifest": json.dumps(ADS_MANIFEST)},
    )
    return pack


def found(store: OciPackStore) -> StoredPack:
    pack = store.find(rig.LOCATION)
    assert pack is not None
    return pack


def test_it_is_found_with_what_its_manifest_says(store: OciPackStore, theirs: PackFile) -> None:
    pack = found(store)

    assert (pack.manifest.slug, pack.manifest.python, pack.manifest.lock_digest) == ("fraud_v1", "3.9", None)
    assert (pack.size, pack.sha256) == (theirs.size, None)


def test_it_is_fetched_without_a_digest_to_compare(
    store: OciPackStore, theirs: PackFile, step: RecordingStep, tmp_path: Path
) -> None:
    fetched = store.fetch(rig.LOCATION, tmp_path / "fetched", step)

    assert (fetched.sha256, fetched.lock) == (theirs.sha256, None)


def test_the_same_bytes_are_known_by_reading_them(
    twin: Twin, store: OciPackStore, theirs: PackFile, step: RecordingStep
) -> None:
    published = store.publish(rig.LOCATION, theirs, step)

    assert published.manifest.python == "3.9"
    assert rig.objects_in(twin) == [rig.LOCATION.path]
    assert step.said == [f"reading {rig.LOCATION}, whose publisher left no digest"]


def test_other_bytes_are_a_conflict_without_reading_when_the_sizes_differ(
    twin: Twin, store: OciPackStore, theirs: PackFile, step: RecordingStep, tmp_path: Path
) -> None:
    with pytest.raises(PackConflictError, match=r"sha256 \(unknown there"):
        store.publish(rig.LOCATION, rig.small_pack(tmp_path / "ours"), step)

    assert rig.calls_of(twin, "get_object") == 0


def test_it_can_be_overwritten(store: OciPackStore, theirs: PackFile, step: RecordingStep) -> None:
    store.publish(rig.LOCATION, theirs, step, overwrite=True)

    assert found(store).sha256 == theirs.sha256


def test_one_without_a_manifest_is_called_as_its_object(twin: Twin, store: OciPackStore) -> None:
    rig.client_of(twin).put_object(rig.NAMESPACE, rig.BUCKET, rig.LOCATION.path, b"copied by hand")

    pack = found(store)

    assert (pack.manifest.name, pack.manifest.slug, pack.manifest.python) == ("fraud_v1", "fraud_v1", "")


def test_a_manifest_that_makes_no_sense_is_told(twin: Twin, store: OciPackStore) -> None:
    rig.client_of(twin).put_object(
        rig.NAMESPACE, rig.BUCKET, rig.LOCATION.path, b"pack", opc_meta={"manifest": '{"name": "fraud"}'}
    )

    with pytest.raises(PackStoreError) as raised:
        store.find(rig.LOCATION)

    assert str(raised.value) == (
        f"{rig.LOCATION}: its opc-meta-manifest cannot be understood: "
        "a pack's manifest needs at least 'slug' and 'python'"
    )
