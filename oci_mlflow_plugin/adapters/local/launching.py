"""What a supervisor is told, and how it is started."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from oci_mlflow_core.errors import ConflictError, InvalidRequestError
from oci_mlflow_core.ports.deploy_service import DesiredDeployment
from oci_mlflow_plugin.adapters.local.supervision.folder import DeploymentFolder, append_private

_BOOT = Path(__file__).with_name("boot.py")
_BACKLOG = 2048
#: What a server sees of the variables of whoever started it.
_PASSED_ON = ("LANG", "LC_ALL", "LC_CTYPE", "TZ")
_WEB_CONCURRENCY = "WEB_CONCURRENCY"


def listen(port: int) -> socket.socket:
    """A socket that listens on 127.0.0.1; port 0 takes a free one.

    Raises:
        ConflictError: The port is in use.
        InvalidRequestError: This user may not listen there.
    """
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
        listener.listen(_BACKLOG)
    except OSError as fault:
        listener.close()
        if isinstance(fault, PermissionError):
            raise InvalidRequestError(
                f"this user may not listen on port {port} of 127.0.0.1", "Take a port from 1024 on, or none."
            ) from fault
        raise ConflictError(
            f"port {port} of 127.0.0.1 is in use by another program",
            "Choose another port, or leave it out and a free one is taken.",
        ) from fault
    return listener


def launch_of(
    deployment_id: str, desired: DesiredDeployment, artifact: Path, environment: Path, home: Path
) -> dict[str, Any]:
    """What the supervisor has to start; servers are changed only when this changes."""
    return {
        "artifact": str(artifact),
        "environment": str(environment),
        "pack_sha256": environment.name,
        "workers": _workers(desired),
        "variables": _variables(deployment_id, desired, environment, home, os.environ),
        "python_path": [str(Path(entry).absolute()) for entry in sys.path if entry],
    }


def start_supervisor(folder: DeploymentFolder, listener: socket.socket, lock: int, lifeline: int) -> None:
    """Starts the supervisor and hands it the socket and the lock, which it holds from then on.

    The process that is waited for here has then left the supervisor to itself: it has no parent to be reaped by, and
    no terminal to be ended from.
    """
    descriptors = [listener.fileno(), lock] + ([lifeline] if lifeline >= 0 else [])
    arguments = ["supervision.main", str(folder.path), str(listener.fileno()), str(lock), str(lifeline)]
    with append_private(folder.path / "supervisor.log") as output:
        subprocess.run(
            [sys.executable, "-I", "-S", str(_BOOT), *arguments],
            cwd=folder.path,
            env={"PATH": os.defpath},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            pass_fds=descriptors,
            start_new_session=True,
            check=True,
        )


def _workers(desired: DesiredDeployment) -> int:
    text = desired.environment_variables.get(_WEB_CONCURRENCY) or str(desired.infrastructure.web_concurrency or 1)
    if not text.isdecimal() or int(text) < 1:
        raise InvalidRequestError(f"WEB_CONCURRENCY is '{text}'; expected a number of worker processes, 1 or more")
    return int(text)


def _variables(
    deployment_id: str, desired: DesiredDeployment, environment: Path, home: Path, environ: Mapping[str, str]
) -> dict[str, str]:
    """A small set of variables, the deployment's own, and those that OCI reserves for itself."""
    given = {name: value for name, value in desired.environment_variables.items() if not name.startswith("PYTHON")}
    return {
        "LANG": "C.UTF-8",
        **{name: environ[name] for name in _PASSED_ON if name in environ},
        "PATH": f"{environment / 'bin'}:{os.defpath}",
        "CONDA_PREFIX": str(environment),
        _WEB_CONCURRENCY: str(_workers(desired)),
        **given,
        "HOME": str(home),
        "TMPDIR": str(home / "tmp"),
        "MODEL_DEPLOYMENT_OCID": deployment_id,
    }
