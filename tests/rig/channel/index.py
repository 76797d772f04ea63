"""The channel's index (``repodata.json``), made from the archives as ``conda index`` makes it."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
import zipfile
from pathlib import Path
from typing import Any

from rig.channel.recipes import NOARCH
from rig.channel.zstandard_frames import content_of


def write_index(channel: Path) -> None:
    """Writes ``repodata.json`` into every subdir; ``noarch`` is made where it is not there, as conda expects it."""
    (channel / NOARCH).mkdir(parents=True, exist_ok=True)
    for folder in sorted(path for path in channel.iterdir() if path.is_dir()):
        repodata = {
            "info": {"subdir": folder.name},
            "packages": {archive.name: _record(archive) for archive in sorted(folder.glob("*.tar.bz2"))},
            "packages.conda": {archive.name: _record(archive) for archive in sorted(folder.glob("*.conda"))},
            "removed": [],
            "repodata_version": 1,
        }
        (folder / "repodata.json").write_text(json.dumps(repodata, indent=1, sort_keys=True), encoding="utf-8")


def _record(archive: Path) -> dict[str, Any]:
    data = archive.read_bytes()
    hashes = {name: hashlib.new(name, data, usedforsecurity=False).hexdigest() for name in ("md5", "sha256")}
    return {**_metadata(archive), **hashes, "size": len(data), "subdir": archive.parent.name}


def _metadata(archive: Path) -> dict[str, Any]:
    if archive.name.endswith(".tar.bz2"):
        with tarfile.open(archive, "r:bz2") as tar:
            return _read_index(tar)
    with zipfile.ZipFile(archive) as container:
        frame = container.read(f"info-{archive.stem}.tar.zst")
    with tarfile.open(fileobj=io.BytesIO(content_of(frame))) as tar:
        return _read_index(tar)


def _read_index(tar: tarfile.TarFile) -> dict[str, Any]:
    member = tar.extractfile("info/index.json")
    assert member is not None
    index: dict[str, Any] = json.load(member)
    return index
