"""The cache of packs: its bound, what it is told, and other processes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from oci_mlflow_core.errors import InvalidRequestError
from oci_mlflow_core.testing.progress_sink import RecordingProgress, RecordingStep
from oci_mlflow_core.testing.sample_packs import sample_lock, sample_pack
from oci_mlflow_plugin.adapters.home.clock import SystemClock
from oci_mlflow_plugin.adapters.home.layout import Home
from oci_mlflow_plugin.adapters.home.pack_cache.bound import DEFAULT_BOUND, bound_of
from oci_mlflow_plugin.adapters.home.pack_cache.cache import FilePackCache

STEP = RecordingStep("packs")


def cache_in(folder: Path, bound: int = DEFAULT_BOUND) -> tuple[FilePackCache, RecordingProgress]:
    progress = RecordingProgress()
    return FilePackCache(Home(folder / "home"), progress, SystemClock(), bound), progress


def keep(cache: FilePackCache, folder: Path) -> Path:
    """Keeps a pack; its file in the cache."""
    pack = sample_pack(folder / "pack", b"a pack")
    cache.add(pack, sample_lock(), STEP)
    return cache.home.packs / sample_lock().digest / "pack.tar.gz"


@pytest.mark.parametrize(("text", "bound"), [("", DEFAULT_BOUND), (" 0 ", 0), ("1000", 1000)])
def test_the_bound_is_a_number_of_bytes(text: str, bound: int) -> None:
    assert bound_of({"OCI_MLFLOW_PACKS_MAX_BYTES": text}) == bound


@pytest.mark.parametrize("text", ["10GB", "-1", "1.5", "٣"])
def test_another_bound_is_refused(text: str) -> None:
    with pytest.raises(InvalidRequestError) as failure:
        bound_of({"OCI_MLFLOW_PACKS_MAX_BYTES": text})

    assert str(failure.value) == f"OCI_MLFLOW_PACKS_MAX_BYTES: expected a number of bytes, got '{text}'"
    assert failure.value.hint == "Such as 10000000000, which is the default; 0 keeps no packs."


def test_a_cache_that_is_off_keeps_nothing_and_says_nothing(tmp_path: Path) -> None:
    cache, progress = cache_in(tmp_path, 0)

    keep(cache, tmp_path)

    assert (cache.home.packs.exists(), progress.notes) == (False, [])


def test_a_pack_that_is_larger_than_the_bound_is_told(tmp_path: Path) -> None:
    cache, progress = cache_in(tmp_path, 5)

    kept = keep(cache, tmp_path)

    assert (kept.exists(), list(cache.home.packs.iterdir())) == (False, [])
    assert progress.notes == [
        "the pack is not kept in the cache: it is larger than the 5 bytes that the cache may take"
    ]


def test_a_home_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    cache, progress = cache_in(tmp_path)
    cache.home.make(cache.home.packs.parent)
    cache.home.packs.touch()

    with pytest.raises(InvalidRequestError, match="cannot keep state in"):
        keep(cache, tmp_path)

    assert progress.notes == []


def test_a_description_that_makes_no_sense_is_an_altered_pack(tmp_path: Path) -> None:
    cache, progress = cache_in(tmp_path)
    kept = keep(cache, tmp_path)
    kept.with_name("pack.json").write_text("{}")

    with cache.find(sample_lock().digest, STEP) as found:
        assert found is None

    digest = sample_lock().digest[:12]
    assert progress.notes == [f"the pack of lock {digest} in the cache was altered; it is removed and made again"]
    assert not kept.parent.exists()


def test_a_pack_under_the_digest_of_another_lock_is_an_altered_pack(tmp_path: Path) -> None:
    cache, _ = cache_in(tmp_path)
    other = sample_lock("2.0").digest
    kept = keep(cache, tmp_path)
    kept.parent.rename(cache.home.packs / other)

    with cache.find(other, STEP) as found:
        assert found is None


def test_a_lock_that_cannot_be_read_is_none(tmp_path: Path) -> None:
    cache, _ = cache_in(tmp_path)
    cache.keep_lock("d" * 64, sample_lock())
    (cache.home.kept_locks / f"{'d' * 64}.json").write_text("{")

    assert cache.find_lock("d" * 64) is None


_USER = """
import sys, time
from pathlib import Path
sys.path[:0] = {path!r}
from oci_mlflow_core.testing.progress_sink import RecordingProgress, RecordingStep
from oci_mlflow_plugin.adapters.home.clock import SystemClock
from oci_mlflow_plugin.adapters.home.layout import Home
from oci_mlflow_plugin.adapters.home.pack_cache.cache import FilePackCache

cache = FilePackCache(Home(Path({home!r})), RecordingProgress(), SystemClock())
with cache.find({digest!r}, RecordingStep("find")) as pack, cache.building({digest!r}, RecordingStep("build")):
    print(pack.path.read_bytes().decode(), flush=True)
    sys.stdin.read()
"""


def test_what_another_process_uses_stays_until_it_ends_even_by_a_kill(tmp_path: Path) -> None:
    cache, _ = cache_in(tmp_path)
    keep(cache, tmp_path)
    digest = sample_lock().digest
    program = _USER.format(path=sys.path, home=str(cache.home.root), digest=digest)
    user = subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert user.stdin
    assert user.stdout
    assert user.stdout.readline() == "a pack\n"

    while_used = (cache.remove(digest), cache.prune(0), cache.list()[0].in_use)
    user.kill()
    user.wait()
    user.stdin.close()
    user.stdout.close()

    with cache.building(digest, STEP) as waited:
        assert (while_used, waited) == ((False, (), True), False)
    assert cache.remove(digest)
