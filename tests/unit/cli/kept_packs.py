"""Packs that this machine keeps: real archives of a few files, in the cache of a test's home."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tarfile
from datetime import datetime, timedelta, timezone
from pathlib import Path

from oci_mlflow_core.model.environment import Lock
from oci_mlflow_core.model.pack import PackFile, PackManifest
from oci_mlflow_core.testing.clock import ManualClock
from oci_mlflow_core.testing.progress_sink import RecordingProgress, RecordingStep
from oci_mlflow_core.testing.sample_packs import sample_lock
from oci_mlflow_plugin.adapters.home.layout import Home
from oci_mlflow_plugin.adapters.home.pack_cache.cache import FilePackCache

SITE = "lib/python3.11/site-packages"
#: Two packages of pip, of which one puts a script elsewhere, one of conda, and a file of nobody's.
FILES = {
    f"{SITE}/large_one/data.bin": b"L" * 3_000_000,
    f"{SITE}/large_one-1.0.dist-info/RECORD": b"large_one/data.bin,,\n../../../bin/large,,\n",
    "bin/large": b"s" * 1_000_000,
    f"{SITE}/small.py": b"x = 1\n",
    f"{SITE}/small-2.0.dist-info/RECORD": b"small.py,,\nsmall-2.0.dist-info/RECORD,,\n",
    "lib/libz.so": b"Z" * 2_000_000,
    "conda-meta/zlib-1.3-0.json": json.dumps({"name": "zlib", "files": ["lib/libz.so"]}).encode(),
    "bin/activate": b"a" * 500_000,
}


def archive(to: Path) -> Path:
    """A ``.tar.gz`` of the files, uncompressed, so that its size says something."""
    with (
        to.open("wb") as raw,
        gzip.GzipFile("", "wb", 0, raw, 0) as stream,
        tarfile.open(fileobj=stream, mode="w") as tar,
    ):
        for path, content in FILES.items():
            member = tarfile.TarInfo(path)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return to


def manifest_of(lock: Lock, name: str) -> PackManifest:
    return PackManifest(
        name=name,
        version="1",
        slug=f"{name}_v1",
        python=lock.python.version,
        lock_digest=lock.digest,
        builder=lock.builder,
        platform="linux-64",
        pack_path=f"oci://packs@ns/cpu/{name}/1/{name}_v1",
    )


def keep(folder: Path, name: str, version: str = "1.0", *, days: int = 0, content: bytes | None = None) -> Lock:
    """Keeps a pack of the lock of that version in the cache of `folder`/home, used so many days after New Year."""
    lock = sample_lock(version)
    path = archive(folder / f"{name}.tar.gz")
    if content is not None:
        path.write_bytes(content)
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    pack = PackFile(path=path, sha256=sha256, size=path.stat().st_size, manifest=manifest_of(lock, name), lock=lock)
    clock = ManualClock(datetime(2026, 1, 1, 12, 30, tzinfo=timezone.utc) + timedelta(days=days))
    cache = FilePackCache(Home(folder / "home"), RecordingProgress(), clock)
    cache.add(pack, lock, RecordingStep("keep"))
    with cache.find(lock.digest, RecordingStep("use")):
        pass
    return lock


def kept_file(folder: Path, lock: Lock) -> Path:
    return folder / "home" / "cache" / "packs" / lock.digest / "pack.tar.gz"
