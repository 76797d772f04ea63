"""Environments that are laid out on this machine, one for each pack, shared by the deployments that use it.

An environment lies in ``<home>/cache/environments/<SHA-256 of its pack>``; a file of the same name with ``.json``
beside it says that it is whole. Without that file a folder is what a killed process left, and is made anew.
Environments that no deployment uses are kept for the next one, at most `KEPT_UNUSED` of them; the ones that were not
used for the longest time go first, and none that was asked for a short while ago: a command may be about to use it.
"""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path

import attrs

from oci_mlflow_core.errors import ConflictError, PackCorruptError
from oci_mlflow_core.ports.progress_sink import Step
from oci_mlflow_plugin.adapters.home.atomic import write_json
from oci_mlflow_plugin.adapters.home.clock import SystemClock
from oci_mlflow_plugin.adapters.home.disk_space import telling_when_full
from oci_mlflow_plugin.adapters.home.layout import Home
from oci_mlflow_plugin.adapters.home.locks import locked, locked_within
from oci_mlflow_plugin.adapters.home.removal import remove_tree
from oci_mlflow_plugin.adapters.local.records import environments_in_use

#: How many environments are kept that no deployment uses.
KEPT_UNUSED = 3
#: Seconds in which a command that asked for an environment has its deployment on record.
_SETTLING = 600.0
#: Seconds that one command waits for another that unpacks the same pack.
_PATIENCE = 1800.0


@attrs.frozen
class Environments:
    """The environments of one home."""

    home: Home

    def folder_of(self, sha256: str) -> Path:
        """Where the environment of that pack lies, or would lie."""
        return self.home.environments / sha256

    def is_ready(self, sha256: str) -> bool:
        """Whether it is there, whole; counts as a use of it.

        False also while another process works on it: whoever needs it then brings the pack and waits.
        """
        marker = _marker(self.folder_of(sha256))
        if not marker.exists():
            return False
        try:
            with locked(self._lock(sha256), f"the environment {sha256}"):
                os.utime(marker)
        except (ConflictError, FileNotFoundError):
            return False
        return True

    def lay_out(self, pack: Path, sha256: str, step: Step) -> None:
        """Unpacks the environment, unless it is there; waits while another process does it.

        Raises:
            OutOfSpaceError: The disk is full.
            PackCorruptError: The pack cannot be unpacked, or its ``bin/conda-unpack`` fails.
        """
        self.home.make(self.home.environments)
        folder = self.folder_of(sha256)
        step.says("unpacking the environment")
        with locked_within(self._lock(sha256), f"the environment {sha256}", SystemClock(), _PATIENCE):
            if _marker(folder).exists():
                return
            remove_tree(folder)
            try:
                with telling_when_full(folder.parent, "unpacking the environment"):
                    _unpack(pack, folder, step)
            except BaseException:
                remove_tree(folder)
                raise
            write_json(_marker(folder), {"laid_out": time.time()}, "unpacking the environment")

    def prune(self) -> None:
        """Removes the environments that are not used and too many."""
        for marker in self._unused()[KEPT_UNUSED:]:
            if time.time() - _last_use(marker) > _SETTLING:
                with suppress(ConflictError, FileNotFoundError):
                    self._remove(marker)

    def discard(self, sha256: str) -> None:
        """Removes the environment of that pack, unless a deployment uses it or a command works on it."""
        marker = _marker(self.folder_of(sha256))
        with suppress(ConflictError, FileNotFoundError):
            if marker.exists():
                self._remove(marker)

    def _unused(self) -> list[Path]:
        used = environments_in_use(self.home)
        markers = [path for path in self.home.environments.glob("*.json") if str(path.with_suffix("")) not in used]
        return sorted(markers, key=_last_use, reverse=True)

    def _remove(self, marker: Path) -> None:
        with locked(self._lock(marker.stem), f"the environment {marker.stem}"):
            # a command may have begun to use it before the lock was taken
            if marker in self._unused():
                marker.unlink()
                remove_tree(marker.with_suffix(""))

    def _lock(self, sha256: str) -> Path:
        return self.home.environments / f"{sha256}.lock"


def _marker(folder: Path) -> Path:
    return folder.with_name(folder.name + ".json")


def _last_use(marker: Path) -> float:
    try:
        return marker.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def _unpack(pack: Path, folder: Path, step: Step) -> None:
    from oci_mlflow_builders.archive import unpack  # noqa: PLC0415 - only where something is unpacked

    folder.mkdir()
    unpack(pack, folder, step)
    if not (folder / "bin" / "python").exists():
        raise PackCorruptError(str(pack), "the pack holds no bin/python")
