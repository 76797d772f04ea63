"""How to go on after the demonstration: commands that work as they are printed."""

from __future__ import annotations

import os
import shlex
import shutil
import sysconfig
from pathlib import Path

from oci_mlflow_plugin.adapters.home.layout import HOME_VARIABLE
from oci_mlflow_plugin.cli.demonstration.place import DEPLOYMENT, MODEL_URI, TARGET, Place


def next_steps(url: str, place: Place) -> str:
    """What the demonstration says at its end."""
    mlflow, ours = program("mlflow"), program("oci-mlflow")
    rows, file = shlex.quote(str(place.rows_file)), shlex.quote(str(place.deploy_file))
    on = f"-t {TARGET}"
    named = f"{on} --name {DEPLOYMENT}"
    lines = [
        *_variables(place),
        f"curl -sS -H 'Content-Type: application/json' -d @{rows} {url}/predict",
        f"{ours} predict {named} -I {rows}",
        f"{mlflow} deployments list {on}",
        f"{mlflow} deployments get {named}",
        f"{mlflow} deployments predict {named} -I {rows}",
        f"{mlflow} deployments update {named} -m {MODEL_URI} --config deploy-config-file={file}",
        f"{mlflow} deployments delete {named}",
    ]
    commands = "\n".join(f"  {line}" for line in lines)
    return (
        f"The server goes on running at {url}. Go on with it:\n\n{commands}\n\n"
        f"To stop it, and remove everything that the demo made:\n\n  {ours} demo --delete"
    )


def program(name: str) -> str:
    """What to type for a program of this Python: its name where the shell finds that one, else its path."""
    beside = Path(sysconfig.get_path("scripts"), name)
    found = shutil.which(name)
    if not beside.exists() or (found and Path(found).resolve() == beside.resolve()):
        return name
    return shlex.quote(str(beside))


def _variables(place: Place) -> list[str]:
    chosen = os.environ.get(HOME_VARIABLE, "").strip()
    home = [f"export {HOME_VARIABLE}={shlex.quote(chosen)}"] if chosen else []
    return [*home, f"export MLFLOW_TRACKING_URI={shlex.quote(place.tracking_uri)}"]
