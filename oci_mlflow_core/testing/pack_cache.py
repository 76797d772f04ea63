"""The contract of the PackCache port."""
# ruff: noqa: S101 - contract classes are tests, whose names say the fact

from __future__ import annotations

import threading
from abc import abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest

from oci_mlflow_core.errors import PackNotFoundError
from oci_mlflow_core.model.environment import Lock
from oci_mlflow_core.ports.pack_cache import PackCache
from oci_mlflow_core.ports.pack_writer import PackWriter
from oci_mlflow_core.testing.memory_pack_cache import MemoryPackCache
from oci_mlflow_core.testing.progress_sink import RecordingProgress, RecordingStep
from oci_mlflow_core.testing.sample_packs import sample_lock, sample_pack

__all__ = ["BOUND", "MemoryPackCache", "PackCacheContract"]

#: Bytes that the packs of the cache under test may take together.
BOUND = 1000
_DIGEST = 64 * "d"
#: Seconds after which a test fails instead of waiting on.
_PATIENCE = 10


class PackCacheContract:
    """What every cache of packs does. Fixtures: `cache`, whose bound is `BOUND`, and `progress`, which it tells."""

    @pytest.fixture
    def progress(self) -> RecordingProgress:
        """Where the cache's notes go."""
        return RecordingProgress()

    @pytest.fixture
    @abstractmethod
    def cache(self, progress: RecordingProgress) -> PackCache:
        """The cache under test, empty."""

    @pytest.fixture
    def step(self) -> RecordingStep:
        """A step that remembers what it was told."""
        return RecordingStep("packs")

    @pytest.fixture
    def keep(self, cache: PackCache, tmp_path: Path) -> Callable[[str, int], Lock]:
        """Keeps a pack of that many bytes, of the lock of that version."""

        def keep(version: str, size: int) -> Lock:
            lock = sample_lock(version)
            pack = sample_pack(tmp_path / "pack", version.encode() * size, lock=lock)
            with cache.begin(pack.manifest, lock) as writer:
                writer.write(pack.path.read_bytes())
                writer.commit(pack.sha256, pack.size)
            return lock

        return keep

    @pytest.fixture
    def found(self, cache: PackCache, step: RecordingStep) -> Callable[[Lock], bytes | None]:
        """The bytes of the pack of a lock."""

        def find(lock: Lock) -> bytes | None:
            with cache.find(lock.digest, step) as pack:
                return pack.path.read_bytes() if pack else None

        return find

    def test_1_a_pack_that_was_kept_is_found(
        self, cache: PackCache, keep: Callable[[str, int], Lock], step: RecordingStep
    ) -> None:
        lock = keep("1", 10)

        with cache.find(lock.digest, step) as pack:
            assert pack is not None
            assert (pack.path.read_bytes(), pack.size, pack.lock) == (b"1" * 10, 10, lock)
            assert pack.manifest.lock_digest == lock.digest

    def test_1_nothing_is_found_of_other_locks(
        self, keep: Callable[[str, int], Lock], found: Callable[[Lock], bytes | None]
    ) -> None:
        keep("1", 10)

        assert found(sample_lock("2")) is None

    def test_1_what_was_not_committed_is_not_there(
        self, cache: PackCache, found: Callable[[Lock], bytes | None], tmp_path: Path
    ) -> None:
        pack, lock = sample_pack(tmp_path / "pack"), sample_lock()

        with cache.begin(pack.manifest, lock) as writer:
            writer.write(b"half")

        assert found(lock) is None
        assert cache.list() == ()

    def test_1_what_fails_leaves_nothing(
        self, cache: PackCache, found: Callable[[Lock], bytes | None], tmp_path: Path
    ) -> None:
        pack, lock = sample_pack(tmp_path / "pack"), sample_lock()

        with pytest.raises(KeyboardInterrupt), cache.begin(pack.manifest, lock) as writer:
            _interrupted(writer)

        assert found(lock) is None

    def test_1_keeping_it_again_changes_nothing(
        self, cache: PackCache, keep: Callable[[str, int], Lock], found: Callable[[Lock], bytes | None]
    ) -> None:
        keep("1", 10)

        lock = keep("1", 10)

        assert found(lock) == b"1" * 10
        assert len(cache.list()) == 1

    def test_1_a_pack_that_is_a_file_is_kept_too(
        self, cache: PackCache, found: Callable[[Lock], bytes | None], step: RecordingStep, tmp_path: Path
    ) -> None:
        pack = sample_pack(tmp_path / "pack", b"a pack")

        cache.add(pack, sample_lock(), step)

        pack.path.unlink()
        assert found(sample_lock()) == b"a pack"

    def test_2_an_altered_pack_is_told_and_gone(
        self,
        cache: PackCache,
        progress: RecordingProgress,
        keep: Callable[[str, int], Lock],
        found: Callable[[Lock], bytes | None],
    ) -> None:
        lock = keep("1", 10)
        cache.list()[0].path.write_bytes(b"2" * 10)

        assert found(lock) is None
        assert cache.list() == ()
        assert [lock.digest[:12] in note and "altered" in note for note in progress.notes] == [True]

    def test_2_verifying_says_so_and_leaves_it(
        self, cache: PackCache, keep: Callable[[str, int], Lock], step: RecordingStep
    ) -> None:
        good, bad = keep("1", 10), keep("2", 10)
        cache.list()[0].path.write_bytes(b"x")

        assert [cache.verify(good.digest, step), cache.verify(bad.digest, step)] == [True, False]
        assert len(cache.list()) == 2  # noqa: PLR2004 - both

    def test_2_what_is_not_there_cannot_be_verified(self, cache: PackCache, step: RecordingStep) -> None:
        with pytest.raises(PackNotFoundError, match=r"no pack of that lock is in the cache$"):
            cache.verify(_DIGEST, step)

    def test_3_the_least_recently_used_goes_first(
        self, cache: PackCache, keep: Callable[[str, int], Lock], found: Callable[[Lock], bytes | None]
    ) -> None:
        first, second = keep("1", 400), keep("2", 400)
        found(first)

        third = keep("3", 400)

        assert [pack.lock_digest for pack in cache.list()] == [third.digest, first.digest]
        assert found(second) is None

    def test_3_a_pack_that_is_larger_than_all_is_not_kept_and_removes_nothing(
        self, keep: Callable[[str, int], Lock], found: Callable[[Lock], bytes | None]
    ) -> None:
        small = keep("1", 10)

        large = keep("2", BOUND + 1)

        assert (found(large), found(small)) == (None, b"1" * 10)

    def test_3_pruning_removes_until_the_rest_fits(self, cache: PackCache, keep: Callable[[str, int], Lock]) -> None:
        first, second, third = keep("1", 300), keep("2", 300), keep("3", 300)

        removed = cache.prune(400)

        assert [pack.lock_digest for pack in removed] == [first.digest, second.digest]
        assert [pack.lock_digest for pack in cache.list()] == [third.digest]

    def test_4_a_pack_in_use_is_neither_pruned_nor_removed(
        self, cache: PackCache, keep: Callable[[str, int], Lock], step: RecordingStep
    ) -> None:
        lock = keep("1", 300)

        with cache.find(lock.digest, step) as pack:
            assert pack is not None
            assert (cache.prune(0), cache.remove(lock.digest)) == ((), False)
            assert [each.in_use for each in cache.list()] == [True]
            assert pack.path.read_bytes() == b"1" * 300

        assert [each.in_use for each in cache.list()] == [False]

    def test_4_a_pack_that_nobody_uses_is_removed_once(
        self, cache: PackCache, keep: Callable[[str, int], Lock], found: Callable[[Lock], bytes | None]
    ) -> None:
        lock = keep("1", 10)

        assert [cache.remove(lock.digest), cache.remove(lock.digest)] == [True, False]
        assert found(lock) is None

    def test_5_the_first_does_not_wait(self, cache: PackCache, step: RecordingStep) -> None:
        with cache.building(_DIGEST, step) as waited:
            assert (waited, step.said) == (False, [])

    def test_5_others_of_another_digest_do_not_wait(self, cache: PackCache, step: RecordingStep) -> None:
        with cache.building(_DIGEST, step), cache.building(64 * "e", step) as waited:
            assert not waited

    def test_5_the_second_waits_for_the_first_and_says_so(self, cache: PackCache, step: RecordingStep) -> None:
        order: list[str] = []
        told = threading.Event()

        class Telling(RecordingStep):
            def says(self, text: str) -> None:
                super().says(text)
                told.set()

        waiting = Telling("second")

        def second() -> None:
            with cache.building(_DIGEST, waiting) as waited:
                order.append(f"second, waited: {waited}")

        thread = threading.Thread(target=second)
        with cache.building(_DIGEST, step):
            thread.start()
            assert told.wait(_PATIENCE)
            order.append("first")
        thread.join(_PATIENCE)

        assert order == ["first", "second, waited: True"]
        assert all(text.startswith("waiting for ") for text in waiting.said)

    def test_5_a_failure_ends_the_turn(self, cache: PackCache, step: RecordingStep) -> None:
        with pytest.raises(KeyboardInterrupt), cache.building(_DIGEST, step):
            raise KeyboardInterrupt

        with cache.building(_DIGEST, step) as waited:
            assert not waited

    def test_6_the_last_lock_that_was_kept_is_found(self, cache: PackCache) -> None:
        cache.keep_lock(_DIGEST, sample_lock("1.0"))
        cache.keep_lock(_DIGEST, sample_lock("2.0"))

        assert (sample_lock("2.0"), None) == (cache.find_lock(_DIGEST), cache.find_lock(64 * "e"))


def _interrupted(writer: PackWriter) -> NoReturn:
    writer.write(b"half")
    raise KeyboardInterrupt
