"""The process that lays out an environment before its first server can start."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from typing import Any

from oci_mlflow_plugin.adapters.local.supervision.folder import DeploymentFolder, append_private

_MODULE = "oci_mlflow_plugin.adapters.local.prepare"


class Preparation:
    """A child with the whole plugin in it, which ends when the environment is there."""

    def __init__(self, folder: DeploymentFolder, order: dict[str, Any], lifeline: int, living: int) -> None:
        variables = {"PATH": os.defpath, "PYTHONPATH": os.pathsep.join(order["launch"]["python_path"])}
        with append_private(folder.log(order["generation"])) as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", _MODULE, str(folder.path), str(lifeline)],
                cwd=folder.path,
                env=variables,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                pass_fds=(lifeline, living),
                start_new_session=True,
            )

    def status(self) -> int | None:
        """Exit status, or None while it goes on."""
        return self._process.poll()

    def kill(self) -> None:
        """Ends it with what it has started; returns when it is gone."""
        if self._process.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
