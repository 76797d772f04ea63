"""The process that lays out the environment of a deployment; started by its supervisor."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import attrs

from oci_mlflow_core.errors import DeploymentError
from oci_mlflow_core.ports.progress_sink import Step
from oci_mlflow_plugin.adapters.home.layout import Home
from oci_mlflow_plugin.adapters.local.environments import Environments
from oci_mlflow_plugin.adapters.local.records import Order, read_order
from oci_mlflow_plugin.adapters.local.supervision.folder import DeploymentFolder, replace_json, write_private
from oci_mlflow_plugin.adapters.local.supervision.lifeline import end_with

#: Seconds between two notes of how far it is.
_PAUSE = 0.2


@attrs.define
class FileStep(Step):
    """Progress in a file, where commands that observe the deployment find it."""

    path: Path
    _activity: str = ""
    _noted: float = 0.0

    def says(self, text: str) -> None:
        self._activity = text
        self._note(None)

    def moved(self, done: int, total: int | None) -> None:
        if total and time.monotonic() - self._noted >= _PAUSE:
            self._note(100.0 * done / total)

    def done(self, outcome: str) -> None:
        """Nobody looks any more."""

    def _note(self, percent: float | None) -> None:
        self._noted = time.monotonic()
        replace_json(self.path, {"activity": self._activity, "percent": percent})


def main(arguments: list[str]) -> int:
    """Lays out the environment for the order in the folder.

    Args:
        arguments: The folder of the deployment, and the descriptor of the supervisor's lifeline.
    """
    folder = DeploymentFolder(Path(arguments[0]))
    end_with(int(arguments[1]))
    order = read_order(folder)
    if order is None:
        return 1
    environments = Environments(Home(folder.path.parents[1]))
    try:
        environments.lay_out(folder.pack, order.launch["pack_sha256"], FileStep(folder.progress_file))
    except (DeploymentError, OSError) as fault:
        return _failed(folder, order, fault)
    environments.prune()
    return 0


def _failed(folder: DeploymentFolder, order: Order, fault: Exception) -> int:
    write_private(folder.fault(order.generation), str(fault))
    sys.stderr.write(f"{fault}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
