"""Temporary folders below the home folder."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import attrs

from oci_mlflow_core.ports.progress_sink import ProgressSink
from oci_mlflow_core.ports.workspaces import Workspaces
from oci_mlflow_plugin.adapters.home.disk_space import telling_when_full
from oci_mlflow_plugin.adapters.home.flock import claim
from oci_mlflow_plugin.adapters.home.layout import Home
from oci_mlflow_plugin.adapters.home.locks import locked
from oci_mlflow_plugin.adapters.home.removal import remove_tree

_LOCK = ".lock"


@attrs.frozen
class HomeWorkspaces(Workspaces):
    """Folders in ``<home>/work``, each with a lock file beside it that is held while the folder is in use.

    A folder whose lock nobody holds was left by a killed process; whoever opens a workspace removes it first. What
    cannot be removed is told and does not fail a command.
    """

    home: Home
    progress: ProgressSink

    @contextmanager
    def open(self, purpose: str) -> Iterator[Path]:
        """A folder for the time of the context, for this user alone.

        Raises:
            InvalidRequestError: The home cannot be written to.
            OutOfSpaceError: The disk is full.
        """
        work = self.home.make(self.home.work)
        self._sweep(work)
        folder = work / f"{re.sub(r'[^A-Za-z0-9_-]+', '-', purpose)}-{secrets.token_hex(8)}"
        with locked(_lock_of(folder), f"the folder {folder}"):
            try:
                with telling_when_full(work, f"making the folder {folder.name}"):
                    folder.mkdir(mode=0o700)
                yield folder
            finally:
                self._remove(folder)

    def _sweep(self, work: Path) -> None:
        for name in sorted({name.removesuffix(_LOCK) for name in os.listdir(work)}):  # noqa: PTH208 - names suffice
            lock = _lock_of(work / name)
            descriptor = claim(lock)
            if descriptor is None:
                continue
            try:
                self._remove(work / name)
            finally:
                lock.unlink(missing_ok=True)
                os.close(descriptor)

    def _remove(self, folder: Path) -> None:
        try:
            remove_tree(folder)
        except OSError as fault:
            self.progress.note(f"the folder {folder} could not be removed ({fault.strerror}: {fault.filename})")


def _lock_of(folder: Path) -> Path:
    return folder.with_name(folder.name + _LOCK)
