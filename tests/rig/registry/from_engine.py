"""Images of an engine on their way into a registry."""

from __future__ import annotations

import json
import os
import re
import subprocess
from base64 import b64encode
from pathlib import Path

from rig.registry.running import Registry

#: Seconds.
_PATIENCE = 600


def log_in(registry: Registry, folder: Path) -> Path:
    """A folder for `DOCKER_CONFIG` in which somebody has logged in to the registry, as to every registry of OCI.

    The names of OCI's are those of the regions that tests use.
    """
    folder.mkdir(parents=True, exist_ok=True)
    secret = {"auth": b64encode(f"{registry.user}:{registry.password}".encode()).decode()}
    names = (registry.address, "iad.ocir.io", "phx.ocir.io")
    (folder / "config.json").write_text(json.dumps({"auths": dict.fromkeys(names, secret)}), encoding="utf-8")
    return folder


def push(engine: str, image: str, registry: Registry, name: str, login: Path) -> str:
    """Puts an image of the engine into the registry as `name` (``repository:tag``); the digest that it has there.

    Raises:
        RuntimeError: The engine does not, with what it says.
    """
    there = f"{registry.address}/{name}"
    try:
        _docker(engine, login, "tag", image, there)
        said = _docker(engine, login, "push", there)
    finally:
        _docker(engine, login, "rmi", there)
    found = re.search(r"digest: (?P<digest>sha256:[0-9a-f]{64})", said)
    if found is None:
        raise RuntimeError(f"docker push said no digest:\n{said}")
    return found["digest"]


def _docker(engine: str, login: Path, *arguments: str) -> str:
    command = ["docker", "--config", str(login), "--host", engine, *arguments]
    done = subprocess.run(command, env=os.environ, check=False, capture_output=True, text=True, timeout=_PATIENCE)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}:\n{done.stdout}{done.stderr}")
    return done.stdout
