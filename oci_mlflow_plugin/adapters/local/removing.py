"""Ending a deployment and removing what it left."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from oci_mlflow_core.errors import UnavailableError
from oci_mlflow_plugin.adapters.home.flock import claim
from oci_mlflow_plugin.adapters.home.removal import remove_tree
from oci_mlflow_plugin.adapters.local.containers.marker import remove_left
from oci_mlflow_plugin.adapters.local.staging import abandoned_name
from oci_mlflow_plugin.adapters.local.supervision.folder import DeploymentFolder, readable_json

#: Seconds for a supervisor to end its servers and itself before it is killed.
_PATIENCE = 10.0
_PAUSE = 0.02


def remove_deployment(folder: DeploymentFolder) -> None:
    """Ends all processes of the deployment and removes its folder; what is gone already is fine.

    Raises:
        UnavailableError: Its processes cannot be ended, or the engine of a container that they left does not answer.
    """
    with suppress(FileNotFoundError):
        folder.stop_marker.touch(mode=0o600)
        _await(folder.supervisor_lock, lambda: _kill_supervisor(folder))
        _await(folder.processes_lock, lambda: _give_up(folder))
        remove_left(folder)
        # from here on it is nobody's deployment any more, also when this process is killed
        grave = abandoned_name(folder.path.parent)
        folder.path.rename(grave)
        remove_tree(grave)


def _await(lock: Path, at_last: Callable[[], None]) -> None:
    deadline = time.monotonic() + _PATIENCE
    while lock.exists() and not _free(lock):
        if time.monotonic() > deadline:
            at_last()
            deadline = time.monotonic() + _PATIENCE
        time.sleep(_PAUSE)


def _free(lock: Path) -> bool:
    descriptor = claim(lock, create=False)
    if descriptor is not None:
        os.close(descriptor)
    return descriptor is not None


def _kill_supervisor(folder: DeploymentFolder) -> None:
    # the lock is held, so the process that wrote its number is still the one that has it
    pid = readable_json(folder.observed_file).get("pid")
    if not isinstance(pid, int):
        _give_up(folder)
    else:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _give_up(folder: DeploymentFolder) -> None:
    raise UnavailableError(
        f"the deployment {folder.path.name} does not end: another command is creating it, or a process that it has "
        "started goes on",
        f"See which process has {folder.processes_lock} or {folder.supervisor_lock} open, end it, and delete again.",
    )
