"""The contract of the PackStore port, and a store in memory."""
# ruff: noqa: S101 - contract classes are tests, whose names say the fact

from __future__ import annotations

import threading
from abc import abstractmethod
from collections.abc import Callable
from pathlib import Path

import pytest

from oci_mlflow_core.errors import PackConflictError, PackCorruptError, PackNotFoundError
from oci_mlflow_core.model.pack import ObjectLocation, PackFile, StoredPack
from oci_mlflow_core.ports.pack_store import PackStore
from oci_mlflow_core.testing.memory_pack_store import KeptPack, MemoryPackStore
from oci_mlflow_core.testing.progress_sink import RecordingStep
from oci_mlflow_core.testing.sample_packs import sample_lock, sample_pack

__all__ = ["KeptPack", "MemoryPackStore", "PackStoreContract", "sample_lock", "sample_pack"]

_DESTINATION = ObjectLocation.parse("oci://packs@ns/envs")
_LOCATION = _DESTINATION.child("cpu", "fraud", "1", "fraud_v1")
_DIGEST = 64 * "a"
#: More than one read of any store.
_LARGE = bytes(range(256)) * (3 << 12)


class PackStoreContract:
    """What every store does. Fixture: `store`; back door: `damage`."""

    @pytest.fixture
    @abstractmethod
    def store(self) -> PackStore:
        """The store under test, empty."""

    @abstractmethod
    def damage(self, store: PackStore, location: ObjectLocation) -> None:
        """Changes the bytes of the pack that is published there, behind the store's back."""

    @pytest.fixture
    def step(self) -> RecordingStep:
        """A step that remembers what it was told."""
        return RecordingStep("packs")

    @pytest.fixture
    def pack(self, tmp_path: Path) -> PackFile:
        """A pack."""
        return sample_pack(tmp_path / "pack.tar.gz", _LARGE)

    @pytest.fixture
    def other(self, tmp_path: Path) -> PackFile:
        """A pack with other bytes."""
        return sample_pack(tmp_path / "other.tar.gz", b"other bytes", lock=sample_lock("2.0"))

    @pytest.fixture
    def fetched(self, store: PackStore, step: RecordingStep, tmp_path: Path) -> Callable[[], bytes]:
        """Fetches the pack and gives its bytes."""

        def fetch() -> bytes:
            return store.fetch(_LOCATION, tmp_path / "fetched", step).path.read_bytes()

        return fetch

    def test_1_a_pack_that_cannot_be_read_is_not_published(
        self, store: PackStore, pack: PackFile, step: RecordingStep
    ) -> None:
        pack.path.unlink()

        with pytest.raises(Exception):  # noqa: B017, PT011 - which error is the builder's concern
            store.publish(_LOCATION, pack, step)

        assert store.find(_LOCATION) is None

    def test_1_a_published_pack_is_found(self, store: PackStore, pack: PackFile, step: RecordingStep) -> None:
        expected = StoredPack(location=_LOCATION, manifest=pack.manifest, size=pack.size, sha256=pack.sha256)

        published = store.publish(_LOCATION, pack, step)

        assert expected == published
        assert expected == store.find(_LOCATION)

    def test_1_a_published_pack_needs_its_file_no_more(
        self, store: PackStore, pack: PackFile, step: RecordingStep, fetched: Callable[[], bytes]
    ) -> None:
        store.publish(_LOCATION, pack, step)

        pack.path.unlink()

        assert fetched() == _LARGE

    def test_1_nothing_is_found_where_nothing_was_published(self, store: PackStore) -> None:
        assert store.find(_LOCATION) is None

    def test_1_a_pack_is_found_at_its_own_location_only(
        self, store: PackStore, pack: PackFile, step: RecordingStep
    ) -> None:
        store.publish(_LOCATION, pack, step)

        elsewhere = [
            _DESTINATION.child("cpu", "fraud", "2", "fraud_v1"),
            ObjectLocation.parse(f"oci://packs@other/{_LOCATION.path}"),
            ObjectLocation.parse(f"oci://others@ns/{_LOCATION.path}"),
            _LOCATION.child("below"),
        ]

        assert [store.find(location) for location in elsewhere] == [None] * 4

    def test_1_the_bytes_are_counted_while_they_move(
        self, store: PackStore, pack: PackFile, step: RecordingStep, tmp_path: Path
    ) -> None:
        store.publish(_LOCATION, pack, step)
        last_published = step.moves[-1]

        store.fetch(_LOCATION, tmp_path / "fetched", step)

        assert [last_published, step.moves[-1]] == [(pack.size, pack.size)] * 2

    def test_2_publishing_the_same_again_changes_nothing(
        self, store: PackStore, pack: PackFile, step: RecordingStep, tmp_path: Path
    ) -> None:
        first = store.publish(_LOCATION, pack, step)

        again = store.publish(_LOCATION, sample_pack(tmp_path / "copy", _LARGE), step)

        assert first == again

    def test_2_another_pack_there_is_a_conflict(
        self, store: PackStore, pack: PackFile, other: PackFile, step: RecordingStep, fetched: Callable[[], bytes]
    ) -> None:
        store.publish(_LOCATION, pack, step)

        with pytest.raises(PackConflictError, match=f"^{_LOCATION}: another pack is published there"):
            store.publish(_LOCATION, other, step)

        assert fetched() == _LARGE

    def test_2_overwriting_replaces_pack_manifest_and_lock(
        self, store: PackStore, pack: PackFile, other: PackFile, step: RecordingStep, tmp_path: Path
    ) -> None:
        store.publish(_LOCATION, pack, step)

        published = store.publish(_LOCATION, other, step, overwrite=True)

        fetched = store.fetch(_LOCATION, tmp_path / "fetched", step)
        assert published == store.find(_LOCATION)
        assert (other.sha256, other.manifest, other.lock) == (fetched.sha256, fetched.manifest, fetched.lock)

    def test_2_overwriting_with_the_same_changes_nothing(
        self, store: PackStore, pack: PackFile, step: RecordingStep, fetched: Callable[[], bytes]
    ) -> None:
        first = store.publish(_LOCATION, pack, step)

        again = store.publish(_LOCATION, pack, step, overwrite=True)

        assert first == again
        assert fetched() == _LARGE

    def test_2_of_two_publishers_at_once_one_wins_whole(
        self, store: PackStore, pack: PackFile, other: PackFile, tmp_path: Path
    ) -> None:
        outcomes = _publish_at_once(store, [pack, other], overwrite=False)

        fetched = store.fetch(_LOCATION, tmp_path / "fetched", RecordingStep("fetch"))
        assert sorted(outcomes) == sorted([fetched.sha256, "PackConflictError"])
        assert {pack.sha256: pack.lock, other.sha256: other.lock}[fetched.sha256] == fetched.lock

    def test_2_of_two_that_overwrite_at_once_one_wins_whole(
        self, store: PackStore, pack: PackFile, other: PackFile, tmp_path: Path
    ) -> None:
        outcomes = _publish_at_once(store, [pack, other], overwrite=True)

        fetched = store.fetch(_LOCATION, tmp_path / "fetched", RecordingStep("fetch"))
        assert sorted(outcomes) == sorted([pack.sha256, other.sha256])
        assert {pack.sha256: pack.lock, other.sha256: other.lock}[fetched.sha256] == fetched.lock

    def test_2_two_that_publish_the_same_at_once_both_succeed(self, store: PackStore, pack: PackFile) -> None:
        outcomes = _publish_at_once(store, [pack, pack], overwrite=False)

        assert [pack.sha256, pack.sha256] == outcomes

    def test_3_fetching_gives_what_was_published(
        self, store: PackStore, pack: PackFile, step: RecordingStep, tmp_path: Path
    ) -> None:
        store.publish(_LOCATION, pack, step)

        fetched = store.fetch(_LOCATION, tmp_path / "fetched", step)

        expected = PackFile(
            path=tmp_path / "fetched", sha256=pack.sha256, size=pack.size, manifest=pack.manifest, lock=pack.lock
        )
        assert expected == fetched
        assert fetched.path.read_bytes() == _LARGE

    def test_3_a_damaged_pack_is_not_fetched(
        self, store: PackStore, pack: PackFile, step: RecordingStep, tmp_path: Path
    ) -> None:
        store.publish(_LOCATION, pack, step)
        self.damage(store, _LOCATION)

        with pytest.raises(PackCorruptError):
            store.fetch(_LOCATION, tmp_path / "fetched", step)

        assert not (tmp_path / "fetched").exists()

    def test_3_fetching_what_is_not_there_says_so(self, store: PackStore, step: RecordingStep, tmp_path: Path) -> None:
        with pytest.raises(PackNotFoundError, match=f"^{_LOCATION}: no pack is published there"):
            store.fetch(_LOCATION, tmp_path / "fetched", step)

    def test_4_finding_does_not_look_into_the_pack(self, store: PackStore, pack: PackFile, step: RecordingStep) -> None:
        published = store.publish(_LOCATION, pack, step)
        self.damage(store, _LOCATION)

        found = store.find(_LOCATION)

        assert found is not None
        assert (published.manifest, published.sha256) == (found.manifest, found.sha256)

    def test_5_a_lock_is_found_by_its_request(self, store: PackStore) -> None:
        store.keep_lock(_DESTINATION, _DIGEST, sample_lock())

        assert sample_lock() == store.find_lock(_DESTINATION, _DIGEST)

    def test_5_the_last_lock_that_was_kept_wins(self, store: PackStore) -> None:
        store.keep_lock(_DESTINATION, _DIGEST, sample_lock("1.0"))
        store.keep_lock(_DESTINATION, _DIGEST, sample_lock("2.0"))

        assert sample_lock("2.0") == store.find_lock(_DESTINATION, _DIGEST)

    def test_5_other_requests_and_destinations_have_other_locks(self, store: PackStore) -> None:
        store.keep_lock(_DESTINATION, _DIGEST, sample_lock())

        found = [store.find_lock(_DESTINATION, 64 * "b"), store.find_lock(_DESTINATION.child("sub"), _DIGEST)]

        assert found == [None, None]

    def test_6_what_was_withdrawn_is_not_found(self, store: PackStore, pack: PackFile, step: RecordingStep) -> None:
        store.publish(_LOCATION, pack, step)

        store.withdraw(_LOCATION)

        assert store.find(_LOCATION) is None

    def test_6_withdrawing_again_is_fine(self, store: PackStore, pack: PackFile, step: RecordingStep) -> None:
        store.publish(_LOCATION, pack, step)

        store.withdraw(_LOCATION)
        store.withdraw(_LOCATION)

        assert store.find(_LOCATION) is None

    def test_6_where_a_pack_was_withdrawn_another_can_be_published(
        self, store: PackStore, pack: PackFile, other: PackFile, step: RecordingStep
    ) -> None:
        store.publish(_LOCATION, pack, step)
        store.withdraw(_LOCATION)

        published = store.publish(_LOCATION, other, step)

        assert published == store.find(_LOCATION)

    def test_6_withdrawing_leaves_the_neighbours(
        self, store: PackStore, pack: PackFile, other: PackFile, step: RecordingStep
    ) -> None:
        neighbour = _DESTINATION.child("cpu", "fraud", "1", "fraud_v1_1")
        store.publish(_LOCATION, pack, step)
        published = store.publish(neighbour, other, step)
        store.keep_lock(_DESTINATION, _DIGEST, sample_lock())

        store.withdraw(_LOCATION)

        assert published == store.find(neighbour)
        assert sample_lock() == store.find_lock(_DESTINATION, _DIGEST)


def _publish_at_once(store: PackStore, packs: list[PackFile], *, overwrite: bool) -> list[str]:
    """What came of publishing each at the same moment: its sha256, or the name of the error."""
    start = threading.Barrier(len(packs))
    outcomes = [""] * len(packs)

    def publish(number: int) -> None:
        start.wait()
        try:
            stored = store.publish(_LOCATION, packs[number], RecordingStep("publish"), overwrite=overwrite)
            outcomes[number] = stored.sha256 or ""
        except Exception as fault:  # noqa: BLE001 - named in the outcome
            outcomes[number] = type(fault).__name__

    threads = [threading.Thread(target=publish, args=(number,)) for number in range(len(packs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes
