"""Writing package archives, ``.conda`` and ``.tar.bz2``; equal recipes give equal bytes."""

from __future__ import annotations

import bz2
import hashlib
import io
import json
import os
import tarfile
import time
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from rig.channel.paths import listed_paths
from rig.channel.recipes import NOARCH, Recipe
from rig.channel.zstandard_frames import stored

#: Name in the archive, and its bytes or the file that has them.
_Member = tuple[str, "bytes | Path"]


def write_package(recipe: Recipe, channel: Path) -> Path:
    """Writes the archive into the channel's folder of the recipe's subdir, and returns it."""
    paths = listed_paths(recipe)
    index = _index(recipe, _build(recipe, paths))
    info = _info(recipe, index, paths)
    content: list[_Member] = [(entry["_path"], recipe.root / entry["_path"]) for entry in paths]
    stem = f"{recipe.name}-{recipe.version}-{index['build']}"
    archive = channel / recipe.subdir / f"{stem}{'.tar.bz2' if recipe.bzip2 else '.conda'}"
    archive.parent.mkdir(parents=True, exist_ok=True)
    if recipe.bzip2:
        archive.write_bytes(bz2.compress(_tar([*info, *content], recipe.made)))
    else:
        _write_conda(archive, stem, {"pkg": _tar(content, recipe.made), "info": _tar(info, recipe.made)}, recipe.made)
    return archive


def _build(recipe: Recipe, paths: list[dict[str, Any]]) -> str:
    # Caches of packages go by name, version and build, so that what has other content needs another build.
    identity = [paths, recipe.depends, recipe.constrains, recipe.entry_points, recipe.made, recipe.bzip2]
    digest = hashlib.sha256(_json(identity)).hexdigest()[:7]
    begin = "py" if recipe.noarch == "python" else ""
    return f"{begin}h{digest}_{recipe.build_number}{recipe.build_suffix}"


def _index(recipe: Recipe, build: str) -> dict[str, Any]:
    index = {
        "name": recipe.name,
        "version": recipe.version,
        "build": build,
        "build_number": recipe.build_number,
        "depends": list(recipe.depends),
        "constrains": list(recipe.constrains),
        "subdir": recipe.subdir,
        "license": recipe.license,
        "timestamp": recipe.made * 1000,
    }
    if recipe.subdir == NOARCH:
        return {**index, "arch": None, "platform": None, "noarch": recipe.noarch}
    platform, _, machine = recipe.subdir.partition("-")
    return {**index, "platform": platform, "arch": "x86_64" if machine == "64" else machine}


def _info(recipe: Recipe, index: dict[str, Any], paths: list[dict[str, Any]]) -> list[_Member]:
    placed = [entry for entry in paths if "prefix_placeholder" in entry]
    info = {
        "about.json": _json({"license": recipe.license, "summary": f"{recipe.name}, for tests"}),
        "files": "".join(f"{entry['_path']}\n" for entry in paths).encode(),
        "hash_input.json": b"{}",
        "index.json": _json(index),
        "paths.json": _json({"paths": paths, "paths_version": 1}),
    }
    if placed:
        lines = (f'"{entry["prefix_placeholder"]}" {entry["file_mode"]} "{entry["_path"]}"\n' for entry in placed)
        info["has_prefix"] = "".join(lines).encode()
    if recipe.noarch == "python" and recipe.subdir == NOARCH:
        link = {"type": "python", "entry_points": list(recipe.entry_points)}
        info["link.json"] = _json({"noarch": link, "package_metadata_version": 1})
    return [(f"info/{name}", info[name]) for name in sorted(info)]


def _tar(members: Iterable[_Member], made: int) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.GNU_FORMAT) as tar:
        for name, source in members:
            header, data = _header(name, source)
            header.mtime = made
            tar.addfile(header, io.BytesIO(data))
    return buffer.getvalue()


def _header(name: str, source: bytes | Path) -> tuple[tarfile.TarInfo, bytes]:
    header = tarfile.TarInfo(name)
    header.uname = header.gname = "root"
    if isinstance(source, Path) and source.is_symlink():
        header.type, header.linkname, header.mode = tarfile.SYMTYPE, str(source.readlink()), 0o777
        return header, b""
    data = source if isinstance(source, bytes) else source.read_bytes()
    header.size = len(data)
    header.mode = 0o755 if isinstance(source, Path) and os.access(source, os.X_OK) else 0o644
    return header, data


def _write_conda(archive: Path, stem: str, tars: dict[str, bytes], made: int) -> None:
    members = {"metadata.json": b'{"conda_pkg_format_version": 2}'}
    members.update({f"{kind}-{stem}.tar.zst": stored(tar) for kind, tar in tars.items()})
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as container:
        for name, data in members.items():
            header = zipfile.ZipInfo(name, time.gmtime(made)[:6])
            header.external_attr = 0o644 << 16
            container.writestr(header, data)


def _json(value: object) -> bytes:
    return json.dumps(value, indent=2, sort_keys=True).encode()
