"""Reading what lies at a pack's path."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from oci_mlflow_core.errors import PackStoreError
from oci_mlflow_core.model.environment import Lock
from oci_mlflow_core.model.pack import ObjectLocation, PackManifest, StoredPack
from oci_mlflow_plugin.adapters.filesystem_packs.generations import current_files
from oci_mlflow_plugin.adapters.filesystem_packs.places import PackFiles

T = TypeVar("T")


def with_current(location: ObjectLocation, path: Path, read: Callable[[PackFiles], T]) -> T | None:
    """What `read` makes of the files that are published at `path`, all of one publication; None where nothing is.

    Raises:
        PackStoreError: What is there is not a pack or cannot be read.
    """
    while (files := current_files(path)) is not None:
        try:
            result = read(files)
        except FileNotFoundError as fault:  # noqa: PERF203 - each turn of the loop is another try
            if current_files(path) == files:
                raise _missing(location, path, files, fault) from fault
        except OSError as fault:
            raise unreadable(location, fault) from fault
        else:
            # What is still published has lost none of its files while it was read.
            if current_files(path) == files:
                return result
    return None


def describe(location: ObjectLocation, files: PackFiles) -> StoredPack:
    """What the side files say of the pack, and its size; the pack itself is not read.

    A pack that somebody copied there has no manifest: its name is that of the file, its version 1, its Python and its
    sha256 are not known.

    Raises:
        OSError: A file cannot be read.
        PackStoreError: It is not a pack, or a side file makes no sense.
    """
    if files.pack.is_dir():
        raise PackStoreError(str(location), f"a folder is there, not a pack ({files.pack})")
    return StoredPack(
        location=location,
        manifest=_manifest(location, files.manifest) or _by_hand(location),
        size=files.pack.stat().st_size,
        sha256=_sha256(location, files.sha256),
    )


def lock_of(location: ObjectLocation, files: PackFiles) -> Lock | None:
    """The lock beside the pack, or None where none is.

    Raises:
        PackStoreError: What is there is not a lock.
    """
    text = _text(location, files.lock)
    try:
        return None if text is None else Lock.from_text(text)
    except ValueError as fault:
        raise _senseless(location, files.lock, fault) from fault


def unreadable(location: ObjectLocation, fault: OSError) -> PackStoreError:
    """The error for a file that the operating system does not give."""
    place = f"{fault.filename}: " if fault.filename else ""
    return PackStoreError(str(location), f"{place}{fault.strerror}")


def _manifest(location: ObjectLocation, path: Path) -> PackManifest | None:
    text = _text(location, path)
    try:
        return None if text is None else PackManifest.from_json(text)
    except ValueError as fault:
        raise _senseless(location, path, fault) from fault


def _by_hand(location: ObjectLocation) -> PackManifest:
    return PackManifest(name=location.name, version="1", slug=location.name, python="", created_by="")


def _sha256(location: ObjectLocation, path: Path) -> str | None:
    text = _text(location, path)
    if text is None:
        return None
    match = re.match(r"\\?([0-9a-fA-F]{64})\b", text)
    if match is None:
        raise _senseless(location, path, ValueError("it does not begin with 64 hexadecimal digits"))
    return match[1].lower()


def _text(location: ObjectLocation, path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except ValueError as fault:
        raise _senseless(location, path, fault) from fault


def _senseless(location: ObjectLocation, path: Path, fault: ValueError) -> PackStoreError:
    return PackStoreError(
        str(location),
        f"{path} cannot be understood: {fault}",
        "Publish the pack again with overwrite: true, or remove the pack and that file.",
    )


def _missing(location: ObjectLocation, path: Path, files: PackFiles, fault: OSError) -> PackStoreError:
    if files.pack.exists():
        return unreadable(location, fault)
    return PackStoreError(
        str(location),
        f"what was published there is gone: {path} leads nowhere",
        f"Remove {path} and run the command again.",
    )
