"""What lies in the folder of one deployment, as commands and the supervisor both read it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, BinaryIO

#: Lines of a log that explain a state.
TAIL_LINES = 20
_TAIL_BYTES = 32 * 1024


class DeploymentFolder:
    """``order.json`` is written by commands alone, ``observed.json`` by the supervisor alone, each as a whole."""

    def __init__(self, path: Path) -> None:
        self.path = path
        #: Stands in for ``/home/datascience``, the only folder that a model may write to.
        self.home = path / "home"
        self.logs = path / "logs"
        #: Held by the supervisor as long as it lives.
        self.supervisor_lock = path / "supervisor.lock"
        #: Held as long as any process of the deployment lives.
        self.processes_lock = path / "processes.lock"
        self.order_file = path / "order.json"
        self.observed_file = path / "observed.json"
        #: The order that is served, copied by the supervisor when it takes effect.
        self.applied_file = path / "applied.json"
        #: Written by the process that lays out the environment.
        self.progress_file = path / "progress.json"
        self.pack = path / "pack.tar.gz"
        #: A file for each container that is there, or may be; see `oci_mlflow_plugin.adapters.local.containers.marker`.
        self.containers = path / "containers"
        #: Its presence tells the supervisor to end.
        self.stop_marker = path / "stop"

    def log(self, generation: int) -> Path:
        """What the servers of one generation print."""
        return self.logs / f"{generation}.log"

    def container(self, generation: int) -> Path:
        """There from before the container of that generation is made until it is gone."""
        return self.containers / f"{generation}.json"

    def fault(self, generation: int) -> Path:
        """One line that says why a generation could not start; not there where nobody knew."""
        return self.logs / f"{generation}.fault"

    def tail(self, generation: int) -> list[str]:
        """The last lines of that generation's log."""
        try:
            with self.log(generation).open("rb") as stream:
                stream.seek(max(0, stream.seek(0, os.SEEK_END) - _TAIL_BYTES))
                lines = stream.read().decode(errors="replace").splitlines()
        except FileNotFoundError:
            return []
        return [line.rstrip() for line in lines if line.strip()][-TAIL_LINES:]


class DamagedRecordError(Exception):
    """A file of a deployment is not what was once written there."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(path, reason)
        self.path = path
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.path} cannot be read ({self.reason})"


def read_json(path: Path) -> dict[str, Any]:
    """The file's value, or an empty one where there is no such file.

    Raises:
        DamagedRecordError: It cannot be read, or is not a JSON object.
    """
    try:
        plain = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except OSError as fault:
        raise DamagedRecordError(path, fault.strerror or str(fault)) from fault
    except ValueError as fault:
        raise DamagedRecordError(path, str(fault)) from fault
    if not isinstance(plain, dict):
        raise DamagedRecordError(path, "it is not a JSON object")
    return plain


def readable_json(path: Path) -> dict[str, Any]:
    """The file's value, or an empty one where there is none that can be read."""
    try:
        return read_json(path)
    except DamagedRecordError:
        return {}


def replace_json(path: Path, value: dict[str, Any]) -> None:
    """Writes the file as a whole; it has one writer, and its content is not worth a wait for the disk."""
    temporary = path.with_name(f".{path.name}.new")
    write_private(temporary, json.dumps(value))
    temporary.replace(path)


def write_private(path: Path, text: str) -> None:
    """Writes the file for this user alone: variables and errors of models may hold secrets."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as stream:
        stream.write(text)


def append_private(path: Path) -> BinaryIO:
    """Opens the file, for this user alone, so that what is written goes to its end."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab")
