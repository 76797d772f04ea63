"""The programs that a supervisor starts: a server in the model's environment, or what runs a container."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from oci_mlflow_plugin.adapters.local.supervision.capabilities import read_only_for_root
from oci_mlflow_plugin.adapters.local.supervision.folder import DeploymentFolder, append_private

_BOOT = Path(__file__).resolve().parents[1] / "boot.py"
_CONTAINERS = "oci_mlflow_plugin.adapters.local.containers"
#: Seconds for an engine to remove a container.
_REMOVAL = 30


class Program(NamedTuple):
    """A command line, its variables, and what happens before it runs."""

    command: list[str]
    variables: dict[str, str]
    before: Callable[[], None] | None


def program_of(order: dict[str, Any], job: dict[str, Any], folder: DeploymentFolder) -> Program:
    """What serves an order: the job says which sockets it gets, and where it writes what is wrong."""
    launch = order["launch"]
    if runs_container(launch):
        more = {"container": launch["container"], "folder": str(folder.path), "generation": order["generation"]}
        command = [sys.executable, "-m", f"{_CONTAINERS}.run", json.dumps({**job, **more})]
        return Program(command, _variables_with_packages(launch), None)
    python = str(Path(launch["environment"], "bin", "python"))
    job = {**job, "server": launch.get("server", "")}
    command = [python, "-I", "-u", str(_BOOT), "serving.run", json.dumps(job)]
    return Program(command, launch["variables"], read_only_for_root())


def runs_container(launch: dict[str, Any]) -> bool:
    """Whether the order is served by a container, and not by a process in the model's environment."""
    return "container" in launch


def remove_container(order: dict[str, Any], folder: DeploymentFolder, living: int) -> None:
    """Removes the container whose program was killed; what cannot be removed now, the next command removes."""
    marker = folder.container(order["generation"])
    if not marker.exists():
        return
    with append_private(folder.log(order["generation"])) as output, suppress(subprocess.TimeoutExpired):
        subprocess.run(
            [sys.executable, "-m", f"{_CONTAINERS}.removal", str(marker)],
            cwd=folder.path,
            env=_variables_with_packages(order["launch"]),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            pass_fds=(living,),
            check=False,
            timeout=_REMOVAL,
        )


def _variables_with_packages(launch: dict[str, Any]) -> dict[str, str]:
    return {**launch["variables"], "PYTHONPATH": os.pathsep.join(launch["python_path"])}
