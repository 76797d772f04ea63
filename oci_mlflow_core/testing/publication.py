"""The contract of publications, which every pack store makes: packs that are published while they are being made."""
# ruff: noqa: S101 - contract classes are tests, whose names say the fact

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import attrs
import pytest

from oci_mlflow_core.errors import PackConflictError, PackStoreError
from oci_mlflow_core.model.pack import ObjectLocation, PackFile, StoredPack
from oci_mlflow_core.ports.pack_store import PackStore
from oci_mlflow_core.ports.publication import Publication
from oci_mlflow_core.testing.progress_sink import RecordingStep
from oci_mlflow_core.testing.sample_packs import sample_lock, sample_pack

_LOCATION = ObjectLocation.parse("oci://packs@ns/envs/cpu/fraud/1/fraud_v1")
#: More than one part of any store.
_LARGE = bytes(range(256)) * (3 << 12)
_PIECE = 100_001


class PublicationContract:
    """What every store does with a pack that is being made. Fixture: `store`."""

    @pytest.fixture
    @abstractmethod
    def store(self) -> PackStore:
        """The store under test, empty."""

    @pytest.fixture
    def step(self) -> RecordingStep:
        """A step that remembers what it was told."""
        return RecordingStep("packs")

    @pytest.fixture
    def pack(self, tmp_path: Path) -> PackFile:
        """A pack, as a file to compare with."""
        return sample_pack(tmp_path / "pack.tar.gz", _LARGE)

    @pytest.fixture
    def other(self, tmp_path: Path) -> PackFile:
        """A pack of another lock."""
        return sample_pack(tmp_path / "other.tar.gz", b"other bytes", lock=sample_lock("2.0"))

    @pytest.fixture
    def stream(self, store: PackStore, step: RecordingStep) -> Callable[..., StoredPack]:
        """Publishes the bytes of a pack, piece by piece."""

        def stream(pack: PackFile, *, overwrite: bool = False) -> StoredPack:
            content = pack.path.read_bytes()
            with store.begin(_LOCATION, pack.manifest, pack.lock, step, overwrite=overwrite) as publication:
                for offset in range(0, len(content), _PIECE):
                    publication.write(content[offset : offset + _PIECE])
                return publication.commit(pack.sha256, pack.size)

        return stream

    def test_7_what_was_written_is_published(
        self, store: PackStore, pack: PackFile, stream: Callable[..., StoredPack], step: RecordingStep, tmp_path: Path
    ) -> None:
        stored = stream(pack)

        fetched = store.fetch(_LOCATION, tmp_path / "fetched", step)
        assert (_LOCATION, pack.manifest, pack.size, pack.sha256) == attrs.astuple(stored, recurse=False)[:4]
        assert fetched.path.read_bytes() == _LARGE
        assert (pack.sha256, pack.manifest, pack.lock) == (fetched.sha256, fetched.manifest, fetched.lock)

    def test_7_it_is_found_as_a_pack_that_was_a_file(
        self, store: PackStore, pack: PackFile, stream: Callable[..., StoredPack]
    ) -> None:
        stored = stream(pack)

        found = store.find(_LOCATION)

        assert found is not None
        assert attrs.evolve(found, sha256=stored.sha256) == stored
        assert found.sha256 in {None, stored.sha256}

    def test_7_a_pack_of_one_byte_and_of_none_are_packs(
        self, store: PackStore, stream: Callable[..., StoredPack], tmp_path: Path
    ) -> None:
        for content in (b"x", b""):
            stored = stream(sample_pack(tmp_path / "small", content))

            assert stored.size == len(content)
            store.withdraw(_LOCATION)

    def test_7_the_bytes_are_counted_while_they_move(
        self, pack: PackFile, stream: Callable[..., StoredPack], step: RecordingStep
    ) -> None:
        stream(pack)

        assert step.moves[-1][0] == pack.size

    def test_7_nothing_is_found_before_the_end(self, store: PackStore, pack: PackFile, step: RecordingStep) -> None:
        with store.begin(_LOCATION, pack.manifest, pack.lock, step) as publication:
            publication.write(_LARGE)

            assert store.find(_LOCATION) is None

    def test_7_what_was_not_committed_is_not_there(self, store: PackStore, pack: PackFile, step: RecordingStep) -> None:
        with store.begin(_LOCATION, pack.manifest, pack.lock, step) as publication:
            publication.write(_LARGE)

        assert store.find(_LOCATION) is None

    def test_7_what_fails_leaves_nothing_and_can_be_done_again(
        self, store: PackStore, pack: PackFile, stream: Callable[..., StoredPack], step: RecordingStep
    ) -> None:
        with (
            pytest.raises(KeyboardInterrupt),
            store.begin(_LOCATION, pack.manifest, pack.lock, step) as publication,
        ):
            _interrupted(publication)

        assert stream(pack).sha256 == pack.sha256

    def test_7_a_size_that_is_not_that_of_the_bytes_is_refused(
        self, store: PackStore, pack: PackFile, step: RecordingStep
    ) -> None:
        with (
            pytest.raises(PackStoreError, match=f"{pack.size - 1} bytes were written of a pack of {pack.size}$"),
            store.begin(_LOCATION, pack.manifest, pack.lock, step) as publication,
        ):
            _written(publication, _LARGE[1:]).commit(pack.sha256, pack.size)

        assert store.find(_LOCATION) is None

    def test_7_the_same_again_is_the_pack_that_is_there(
        self, store: PackStore, pack: PackFile, stream: Callable[..., StoredPack]
    ) -> None:
        first = stream(pack)
        found = store.find(_LOCATION)

        again = stream(pack)

        assert (first, found) == (again, store.find(_LOCATION))

    def test_7_the_same_that_another_published_meanwhile_is_no_error(
        self, store: PackStore, pack: PackFile, step: RecordingStep
    ) -> None:
        with store.begin(_LOCATION, pack.manifest, pack.lock, step) as publication:
            publication.write(_LARGE)
            theirs = store.publish(_LOCATION, pack, step)
            ours = publication.commit(pack.sha256, pack.size)

        assert theirs == ours

    def test_7_another_pack_that_is_there_is_a_conflict_from_the_start(
        self, store: PackStore, pack: PackFile, other: PackFile, step: RecordingStep
    ) -> None:
        published = store.publish(_LOCATION, other, step)

        with (
            pytest.raises(PackConflictError, match=f"^{_LOCATION}: another pack is published there"),
            store.begin(_LOCATION, pack.manifest, pack.lock, step),
        ):
            _unreached()

        assert published == store.find(_LOCATION)

    def test_7_another_pack_that_came_meanwhile_is_a_conflict_and_stays(
        self, store: PackStore, pack: PackFile, other: PackFile, step: RecordingStep
    ) -> None:
        with store.begin(_LOCATION, pack.manifest, pack.lock, step) as publication:
            publication.write(_LARGE)
            store.publish(_LOCATION, other, step)
            with pytest.raises(PackConflictError, match=f"^{_LOCATION}: another pack is published there"):
                publication.commit(pack.sha256, pack.size)

        found = store.find(_LOCATION)
        assert found is not None
        assert found.manifest == other.manifest

    def test_7_other_bytes_of_the_same_lock_are_a_conflict(
        self, pack: PackFile, stream: Callable[..., StoredPack], tmp_path: Path
    ) -> None:
        stream(pack)
        different = sample_pack(tmp_path / "different", _LARGE[::-1])

        with pytest.raises(PackConflictError, match=f"^{_LOCATION}: another pack is published there"):
            stream(different)

    def test_7_overwriting_replaces_pack_manifest_and_lock(
        self, store: PackStore, pack: PackFile, other: PackFile, stream: Callable[..., StoredPack], tmp_path: Path
    ) -> None:
        store.publish(_LOCATION, other, RecordingStep("publish"))

        stream(pack, overwrite=True)

        fetched = store.fetch(_LOCATION, tmp_path / "fetched", RecordingStep("fetch"))
        assert (pack.sha256, pack.manifest, pack.lock) == (fetched.sha256, fetched.manifest, fetched.lock)

    def test_7_what_is_to_be_overwritten_stays_until_the_end(
        self, store: PackStore, pack: PackFile, other: PackFile, step: RecordingStep
    ) -> None:
        published = store.publish(_LOCATION, other, step)

        with store.begin(_LOCATION, pack.manifest, pack.lock, step, overwrite=True) as publication:
            publication.write(_LARGE)

        assert published == store.find(_LOCATION)

    def test_7_a_file_can_follow_a_stream_of_the_same(
        self, store: PackStore, pack: PackFile, stream: Callable[..., StoredPack], step: RecordingStep
    ) -> None:
        stream(pack)

        again = store.publish(_LOCATION, pack, step)

        assert again.sha256 == pack.sha256


def _interrupted(publication: Publication) -> NoReturn:
    publication.write(_LARGE)
    raise KeyboardInterrupt


def _written(publication: Publication, content: bytes) -> Publication:
    publication.write(content)
    return publication


def _unreached() -> NoReturn:
    raise AssertionError
