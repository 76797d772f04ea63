from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from oci_mlflow_core.errors import PackConflictError, PackCorruptError, PackNotFoundError, PackStoreError
from oci_mlflow_core.model.pack import ObjectLocation, PackManifest, StoredPack
from oci_mlflow_core.testing.pack_store import sample_lock, sample_pack
from oci_mlflow_core.testing.progress_sink import RecordingStep
from oci_mlflow_plugin.adapters.filesystem_packs.store import FolderPackStore
from oci_mlflow_plugin.adapters.home.layout import Home

_URI = "oci://packs@ns/envs/fraud_v1"
_LOCATION = ObjectLocation.parse(_URI)
_STEP = RecordingStep("step")


@pytest.fixture
def store(tmp_path: Path) -> FolderPackStore:
    return FolderPackStore(Home(tmp_path / "home"))


@pytest.fixture
def path(store: FolderPackStore) -> Path:
    """Where the pack lies."""
    path = store.home.buckets / "ns" / "packs" / "envs" / "fraud_v1"
    path.parent.mkdir(parents=True)
    return path


def test_the_path_is_that_of_the_uri_below_the_buckets(store: FolderPackStore, path: Path, tmp_path: Path) -> None:
    store.publish(_LOCATION, sample_pack(tmp_path / "new"), _STEP)

    assert path.read_bytes() == b"the bytes of a pack"


def test_without_a_namespace_the_folder_is_an_underscore(store: FolderPackStore, tmp_path: Path) -> None:
    store.publish(ObjectLocation.parse("oci://packs/fraud_v1"), sample_pack(tmp_path / "new"), _STEP)

    assert (store.home.buckets / "_" / "packs" / "fraud_v1").is_file()


def test_manifest_lock_and_sha256_lie_where_the_pack_really_lies(
    store: FolderPackStore, path: Path, tmp_path: Path
) -> None:
    pack = sample_pack(tmp_path / "new")

    store.publish(_LOCATION, pack, _STEP)

    folder = path.resolve().parent
    assert (folder / "fraud_v1.manifest.json").read_text() == pack.manifest.to_json() + "\n"
    assert (folder / "fraud_v1.lock").read_text() == sample_lock().to_text() + "\n"
    assert (folder / "fraud_v1.sha256").read_text() == f"{pack.sha256}  fraud_v1\n"


def test_on_one_disk_the_bytes_are_not_copied(store: FolderPackStore, path: Path, tmp_path: Path) -> None:
    pack = sample_pack(tmp_path / "new")

    store.publish(_LOCATION, pack, _STEP)

    assert pack.path.samefile(path)


@pytest.mark.skipif(
    not Path("/dev/shm").is_dir() or Path("/dev/shm").stat().st_dev == Path("/tmp").stat().st_dev,
    reason="needs a second file system",
)
def test_from_another_disk_the_bytes_are_copied(store: FolderPackStore, path: Path) -> None:
    step = RecordingStep("publish")
    pack = sample_pack(Path("/dev/shm") / f"pack-{os.getpid()}", bytes(3 << 20))
    try:
        store.publish(_LOCATION, pack, step)
    finally:
        pack.path.unlink()

    assert path.read_bytes() == bytes(3 << 20)
    assert step.moves == [(number << 20, 3 << 20) for number in (1, 2, 3)]


def test_finding_takes_no_longer_for_a_pack_of_a_tebibyte(store: FolderPackStore, path: Path, tmp_path: Path) -> None:
    store.publish(_LOCATION, sample_pack(tmp_path / "new"), _STEP)
    os.truncate(path, 1 << 40)

    found = store.find(_LOCATION)

    assert found is not None
    assert found.size == 1 << 40


def test_a_damaged_pack_names_both_digests_and_what_to_do(store: FolderPackStore, path: Path, tmp_path: Path) -> None:
    pack = sample_pack(tmp_path / "new", b"good")
    store.publish(_LOCATION, pack, _STEP)
    path.write_bytes(b"bad")

    with pytest.raises(PackCorruptError) as caught:
        store.fetch(_LOCATION, tmp_path / "fetched", _STEP)

    assert str(caught.value) == (
        "oci://packs@ns/envs/fraud_v1: the pack is damaged: its sha256 was "
        "770e607624d689265ca6c44884d0807d9b054d23c473c106c72be9de08b7376c when it was published and is "
        "2f05d4b689d270cafb02285f35f44866f7dc8a2d368a3f9d1124373eeab31fb1 now"
    )
    assert caught.value.hint == f"Remove {path} and run the command again: the pack is then built and published anew."


def test_a_damaged_pack_that_is_removed_can_be_published_anew(
    store: FolderPackStore, path: Path, tmp_path: Path
) -> None:
    store.publish(_LOCATION, sample_pack(tmp_path / "new", b"good"), _STEP)
    path.write_bytes(b"bad")

    path.unlink()

    assert store.find(_LOCATION) is None
    store.publish(_LOCATION, sample_pack(tmp_path / "again", b"good"), _STEP)
    assert store.fetch(_LOCATION, tmp_path / "fetched", _STEP).path.read_bytes() == b"good"


def test_a_damaged_pack_is_repaired_by_overwriting(store: FolderPackStore, path: Path, tmp_path: Path) -> None:
    store.publish(_LOCATION, sample_pack(tmp_path / "new", b"good"), _STEP)
    path.write_bytes(b"bad")

    store.publish(_LOCATION, sample_pack(tmp_path / "again", b"good"), _STEP, overwrite=True)

    assert store.fetch(_LOCATION, tmp_path / "fetched", _STEP).path.read_bytes() == b"good"


def test_a_pack_that_is_not_there_names_its_path(store: FolderPackStore, path: Path, tmp_path: Path) -> None:
    with pytest.raises(PackNotFoundError) as caught:
        store.fetch(_LOCATION, tmp_path / "fetched", _STEP)

    assert str(caught.value) == f"{_URI}: no pack is published there ({path} does not exist)"


def test_a_conflict_names_what_differs(store: FolderPackStore, tmp_path: Path) -> None:
    store.publish(_LOCATION, sample_pack(tmp_path / "old", b"old", lock=sample_lock("1.0")), _STEP)
    new = sample_pack(tmp_path / "new", b"new", lock=sample_lock("2.0"))

    with pytest.raises(PackConflictError) as caught:
        store.publish(_LOCATION, new, _STEP)

    assert str(caught.value) == (
        f"{_URI}: another pack is published there; it differs in lock digest "
        f"({sample_lock('1.0').digest[:12]} there, {sample_lock('2.0').digest[:12]} here), "
        f"sha256 (cba06b5736fa there, {new.sha256[:12]} here)"
    )
    assert caught.value.hint == (
        "Give another version, or none so that it follows from what is in the environment, or set overwrite: true."
    )


def test_a_folder_where_a_pack_is_expected_is_named(store: FolderPackStore, path: Path) -> None:
    path.mkdir()

    with pytest.raises(PackStoreError) as caught:
        store.find(_LOCATION)

    assert str(caught.value) == f"{_URI}: a folder is there, not a pack ({path})"


@pytest.mark.parametrize("overwrite", [False, True])
def test_nothing_is_published_over_a_folder(
    store: FolderPackStore, path: Path, tmp_path: Path, *, overwrite: bool
) -> None:
    (path / "content").mkdir(parents=True)

    with pytest.raises(PackStoreError):
        store.publish(_LOCATION, sample_pack(tmp_path / "new"), _STEP, overwrite=overwrite)

    assert [found.name for found in path.parent.iterdir()] == ["fraud_v1"]


def test_a_folder_is_not_withdrawn(store: FolderPackStore, path: Path) -> None:
    path.mkdir()

    with pytest.raises(PackStoreError, match="a folder is there, not a pack"):
        store.withdraw(_LOCATION)

    assert path.is_dir()


def test_a_manifest_that_makes_no_sense_is_named(store: FolderPackStore, path: Path) -> None:
    path.touch()
    manifest = path.with_name("fraud_v1.manifest.json")
    manifest.write_text("{}")

    with pytest.raises(PackStoreError) as caught:
        store.find(_LOCATION)

    reason = "a pack's manifest needs at least 'slug' and 'python'"
    assert str(caught.value) == f"{_URI}: {manifest} cannot be understood: {reason}"
    hint = "Publish the pack again with overwrite: true, or remove the pack and that file."
    assert caught.value.hint == hint


@pytest.mark.parametrize("ending", [".manifest.json", ".sha256"])
def test_a_side_file_that_is_no_text_is_named(store: FolderPackStore, path: Path, ending: str) -> None:
    path.touch()
    path.with_name(f"fraud_v1{ending}").write_bytes(b"\xff")

    with pytest.raises(PackStoreError, match=rf"fraud_v1{ending} cannot be understood: 'utf-8' codec can't decode"):
        store.find(_LOCATION)


def test_a_sha256_that_is_none_is_named(store: FolderPackStore, path: Path) -> None:
    path.touch()
    path.with_name("fraud_v1.sha256").write_text("abc")

    with pytest.raises(PackStoreError, match=r"cannot be understood: it does not begin with 64 hexadecimal digits$"):
        store.find(_LOCATION)


def test_a_lock_that_makes_no_sense_is_named(store: FolderPackStore, path: Path, tmp_path: Path) -> None:
    path.touch()
    path.with_name("fraud_v1.lock").write_text("{}")

    with pytest.raises(PackStoreError, match=r"fraud_v1\.lock cannot be understood: not a lock of format 2$"):
        store.fetch(_LOCATION, tmp_path / "fetched", _STEP)


def test_a_pack_whose_files_are_gone_is_named(store: FolderPackStore, path: Path, tmp_path: Path) -> None:
    store.publish(_LOCATION, sample_pack(tmp_path / "new"), _STEP)
    path.resolve().unlink()

    with pytest.raises(PackStoreError) as caught:
        store.find(_LOCATION)

    assert str(caught.value) == f"{_URI}: what was published there is gone: {path} leads nowhere"
    assert caught.value.hint == f"Remove {path} and run the command again."


def test_a_pack_whose_files_are_gone_is_replaced_by_overwriting(
    store: FolderPackStore, path: Path, tmp_path: Path
) -> None:
    store.publish(_LOCATION, sample_pack(tmp_path / "old", b"old"), _STEP)
    path.resolve().unlink()

    published = store.publish(_LOCATION, sample_pack(tmp_path / "new", b"new"), _STEP, overwrite=True)

    assert published == store.find(_LOCATION)


def test_a_pack_that_cannot_be_placed_leaves_nothing(store: FolderPackStore, tmp_path: Path) -> None:
    pack = sample_pack(tmp_path / "new")
    pack.path.unlink()

    with pytest.raises(PackStoreError) as caught:
        store.publish(_LOCATION, pack, _STEP)

    assert str(caught.value) == f"{_URI}: {pack.path}: No such file or directory"
    assert list(store.home.buckets.iterdir()) == []


def test_a_place_below_a_pack_is_no_place(store: FolderPackStore, path: Path, tmp_path: Path) -> None:
    store.publish(_LOCATION, sample_pack(tmp_path / "new"), _STEP)

    with pytest.raises(PackStoreError) as caught:
        store.publish(_LOCATION.child("below"), sample_pack(tmp_path / "other"), _STEP)

    assert str(caught.value) == f"{_URI}/below: {path}: File exists"


def test_fetching_into_a_folder_that_is_not_there_says_so(store: FolderPackStore, path: Path, tmp_path: Path) -> None:
    path.touch()

    with pytest.raises(PackStoreError) as caught:
        store.fetch(_LOCATION, tmp_path / "missing" / "file", _STEP)

    assert str(caught.value) == f"{_URI}: {tmp_path}/missing/file: No such file or directory"


@pytest.mark.parametrize(
    ("uri", "reason", "hint"),
    [
        ("oci://packs@ns", "this is a bucket, not a pack", "Add the path of the pack."),
        ("oci://..@ns/x", "no bucket has that name", ""),
        ("oci://packs@../x", "no namespace has that name", ""),
        ("oci://packs@ns/x.lock", "a name that ends in '.lock' belongs to a file beside a pack", "Did you mean 'x'?"),
        ("oci://packs@ns/a\0b", "a path cannot hold a NUL character", ""),
    ],
)
def test_a_location_that_is_no_packs_is_refused(store: FolderPackStore, uri: str, reason: str, hint: str) -> None:
    location = ObjectLocation.parse(uri)

    with pytest.raises(PackStoreError) as caught:
        store.find(location)

    assert (caught.value.reason, caught.value.hint) == (reason, hint)


def test_withdrawing_the_last_pack_leaves_no_folder(store: FolderPackStore, tmp_path: Path) -> None:
    store.publish(_LOCATION, sample_pack(tmp_path / "new"), _STEP)

    store.withdraw(_LOCATION)

    assert list(store.home.buckets.iterdir()) == []


class TestAPackThatWasCopiedThereByHand:
    @pytest.fixture(autouse=True)
    def by_hand(self, path: Path) -> None:
        path.write_bytes(b"by hand")

    def test_is_found_with_what_can_be_known(self, store: FolderPackStore) -> None:
        manifest = PackManifest(name="fraud_v1", version="1", slug="fraud_v1", python="", created_by="")

        found = store.find(_LOCATION)

        assert StoredPack(location=_LOCATION, manifest=manifest, size=7, sha256=None) == found

    def test_is_fetched(self, store: FolderPackStore, tmp_path: Path) -> None:
        fetched = store.fetch(_LOCATION, tmp_path / "fetched", _STEP)

        assert fetched.path.read_bytes() == b"by hand"
        assert (hashlib.sha256(b"by hand").hexdigest(), None) == (fetched.sha256, fetched.lock)

    def test_is_described_by_the_files_beside_it(self, store: FolderPackStore, path: Path, tmp_path: Path) -> None:
        pack = sample_pack(tmp_path / "same", b"by hand")
        path.with_name("fraud_v1.manifest.json").write_text(pack.manifest.to_json())
        path.with_name("fraud_v1.sha256").write_text(pack.sha256.upper())
        path.with_name("fraud_v1.lock").write_text(sample_lock().to_text())

        fetched = store.fetch(_LOCATION, tmp_path / "fetched", _STEP)

        assert (pack.sha256, pack.manifest, pack.lock) == (fetched.sha256, fetched.manifest, fetched.lock)

    def test_is_the_same_as_one_with_its_bytes(self, store: FolderPackStore, path: Path, tmp_path: Path) -> None:
        store.publish(_LOCATION, sample_pack(tmp_path / "same", b"by hand"), _STEP)

        assert not path.is_symlink()

    def test_conflicts_with_one_of_other_bytes(self, store: FolderPackStore, tmp_path: Path) -> None:
        with pytest.raises(PackConflictError, match=r"Python \(unknown there, 3.11.7 here\)"):
            store.publish(_LOCATION, sample_pack(tmp_path / "other", b"other"), _STEP)

    def test_may_be_a_link_to_another_folder(self, store: FolderPackStore, path: Path, tmp_path: Path) -> None:
        path.rename(tmp_path / "elsewhere.tar.gz")
        path.symlink_to(tmp_path / "elsewhere.tar.gz")

        fetched = store.fetch(_LOCATION, tmp_path / "fetched", _STEP)

        assert fetched.path.read_bytes() == b"by hand"

    def test_is_withdrawn_with_the_files_beside_it(self, store: FolderPackStore, path: Path) -> None:
        path.with_name("fraud_v1.sha256").touch()

        store.withdraw(_LOCATION)

        assert list(store.home.buckets.iterdir()) == []


def test_a_lock_that_cannot_be_read_is_none(store: FolderPackStore) -> None:
    destination = ObjectLocation.parse("oci://packs@ns/envs")
    store.keep_lock(destination, "digest", sample_lock())
    (store.home.buckets / "ns/packs/envs/.locks/digest.json").write_text("{")

    assert store.find_lock(destination, "digest") is None


def test_a_lock_that_cannot_be_kept_says_why(store: FolderPackStore, path: Path) -> None:
    path.touch()

    with pytest.raises(PackStoreError) as caught:
        store.keep_lock(_LOCATION, "digest", sample_lock())

    assert str(caught.value) == f"{_URI}: {path}/.locks: Not a directory"
