"""Packs that are quick to make: real files whose bytes are no environment."""

from __future__ import annotations

import hashlib
from pathlib import Path

from oci_mlflow_core.model.environment import Lock, LockedPython, LockedRequirement, Platform
from oci_mlflow_core.model.pack import PackFile, PackManifest


def sample_lock(version: str = "1.0") -> Lock:
    """A lock of one requirement of that version."""
    return Lock(
        builder="sample",
        platform=Platform.LINUX_64,
        python=LockedPython(version="3.11.7", kind="standalone"),
        pip=(LockedRequirement(name="sample", version=version, hashes=("sha256:" + 64 * "0",)),),
    )


def sample_pack(path: Path, content: bytes = b"the bytes of a pack", *, lock: Lock | None = None) -> PackFile:
    """Writes `content` to `path` and describes it as the pack of `lock`, or of `sample_lock()`."""
    path.write_bytes(content)
    lock = lock or sample_lock()
    manifest = PackManifest(
        name="fraud",
        version="1",
        slug="fraud_v1",
        python=lock.python.version,
        lock_digest=lock.digest,
        builder=lock.builder,
        platform=lock.platform.value,
        description="öäü “quoted”\nin two lines",
    )
    return PackFile(
        path=path, sha256=hashlib.sha256(content).hexdigest(), size=len(content), manifest=manifest, lock=lock
    )
