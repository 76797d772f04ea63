"""Packs in folders that appear, are used and go in one step.

The folder of a pack is called as the digest of its lock, and holds the pack and a description. It is made under a
hidden name, ``.<digest>.<random>``, and renamed when all of it is on disk. It is renamed back to such a name before it
is removed. So whatever is at its own name is whole.

Every process that is at work on a folder has a claim on the pack's file: a shared one while the pack is used, an
exclusive one while it is made or removed. Claims end with their process, and a hidden folder without one is rubbish.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import attrs

from oci_mlflow_core.model.environment import Lock
from oci_mlflow_core.model.pack import CachedPack, PackManifest
from oci_mlflow_plugin.adapters.home.flock import claim, is_at

_PACK, _DESCRIPTION = "pack.tar.gz", "pack.json"
_VERSION = 1
_ENTRY = re.compile(r"[0-9a-f]{64}")
_HIDDEN = re.compile(r"\.[0-9a-f]{64}\.[0-9a-f]{16}")


class SenselessEntryError(Exception):
    """What lies beside a pack is not what this project wrote there."""


@attrs.frozen
class Entry:
    """The folder of one pack."""

    folder: Path

    @property
    def pack(self) -> Path:
        """The pack's file."""
        return self.folder / _PACK

    @property
    def description(self) -> Path:
        """JSON: sha256, manifest and lock. Its time of modification is when the pack was last used."""
        return self.folder / _DESCRIPTION

    def describe(self, sha256: str, manifest: PackManifest, lock: Lock) -> None:
        """Writes the description; it is on disk when this returns."""
        plain = {"version": _VERSION, "sha256": sha256, "manifest": manifest.to_json(), "lock": lock.to_text()}
        with self.description.open("w", encoding="utf-8") as stream:
            json.dump(plain, stream, indent=2)
            stream.flush()
            os.fsync(stream.fileno())

    def read(self) -> tuple[CachedPack, Lock]:
        """What the description says.

        Raises:
            FileNotFoundError: The pack is gone.
            SenselessEntryError: It makes no sense.
        """
        used = datetime.fromtimestamp(self.description.stat().st_mtime, tz=timezone.utc)
        size = self.pack.stat().st_size
        try:
            plain: dict[str, Any] = json.loads(self.description.read_text(encoding="utf-8"))
            lock, manifest = Lock.from_text(plain["lock"]), PackManifest.from_json(plain["manifest"])
            sha256 = str(plain["sha256"])
        except (ValueError, KeyError, TypeError) as fault:
            raise SenselessEntryError(str(fault)) from fault
        pack = CachedPack(
            lock_digest=self.folder.name,
            sha256=sha256,
            size=size,
            manifest=manifest,
            path=self.pack,
            packages=lock.size,
            last_used=used,
        )
        return pack, lock

    def used(self, moment: datetime) -> None:
        """Remembers when the pack was used."""
        os.utime(self.description, (moment.timestamp(), moment.timestamp()))

    @contextmanager
    def in_use(self) -> Iterator[bool]:
        """Keeps the pack from being removed for the time of the context; false where it is not there."""
        descriptor = _shared(self.pack)
        try:
            yield descriptor is not None
        finally:
            if descriptor is not None:
                os.close(descriptor)

    def is_in_use(self) -> bool:
        """Whether a process uses or removes it."""
        with suppress(FileNotFoundError):
            descriptor = claim(self.pack, create=False)
            if descriptor is None:
                return True
            os.close(descriptor)
        return False

    def clear(self) -> None:
        """Removes a folder that is hidden and claimed; one without a pack is empty, and anybody's to remove."""
        self.description.unlink(missing_ok=True)
        self.pack.unlink(missing_ok=True)
        with suppress(OSError):
            self.folder.rmdir()

    def remove(self) -> bool:
        """Removes the folder, unless somebody uses it or it is gone; whether it was removed."""
        try:
            descriptor = claim(self.pack, create=False)
        except FileNotFoundError:
            return False
        if descriptor is None:
            return False
        try:
            hidden = hidden_name(self.folder)
            self.folder.rename(hidden)
            Entry(hidden).clear()
        finally:
            os.close(descriptor)
        return True


def entries_in(folder: Path) -> list[Entry]:
    """The packs in the cache's folder, in no order."""
    return [Entry(folder / name) for name in _names(folder) if _ENTRY.fullmatch(name)]


def hidden_name(folder: Path) -> Path:
    """A new name for a folder that is being made or removed."""
    return folder.with_name(f".{folder.name}.{secrets.token_hex(8)}")


def remove_rubbish(folder: Path) -> None:
    """Removes what killed processes left half made or half removed in the cache's folder."""
    for name in _names(folder):
        if _HIDDEN.fullmatch(name):
            _remove_unclaimed(Entry(folder / name))


def _remove_unclaimed(entry: Entry) -> None:
    try:
        descriptor = claim(entry.pack, create=False)
    except FileNotFoundError:
        # just made, or all but removed
        with suppress(OSError):
            entry.folder.rmdir()
        return
    if descriptor is not None:
        try:
            entry.clear()
        finally:
            os.close(descriptor)


def _shared(path: Path) -> int | None:
    """A claim that others may have too; None where the file is not there (any more)."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except (FileNotFoundError, NotADirectoryError):
        return None
    try:
        # Whoever has a claim of its own has it for a moment: it removes the pack, or asks whether it is in use.
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        if is_at(descriptor, path):
            return descriptor
    except BaseException:
        os.close(descriptor)
        raise
    os.close(descriptor)
    return None


def _names(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)  # noqa: PTH208 - names are all that is needed
    except FileNotFoundError:
        return []
