"""Runs commands in processes of their own: ``python commands_to_kill.py DESTINATION VARIABLES``.

Reads lines ``{"command": …, "kill": n, "answered": …}``; for each, a fork of this process runs the command, and kills
itself instead of its n-th call, or when that call was answered; with 0 it runs to its end. A call is one to OCI, or one
that changes the registry. Answers with a line: the wait status, the number of calls, and what the command said.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
from integration.oci.faults.world import World, connection_of
from integration.oci.killed.registry_file import RegistryFile

# these are imported late, and would be once for every command
from oci.data_science import DataScienceClient  # noqa: F401
from oci.object_storage import ObjectStorageClient  # noqa: F401

from oci_mlflow_core.errors import DeploymentError
from oci_mlflow_core.testing.clock import ManualClock
from oci_mlflow_plugin.adapters.home.runs import ProcessRuns

COMMANDS: dict[str, Callable[[World], object]] = {"create": World.create, "delete": World.delete}


@attrs.define
class Killing:
    """Counts the calls of this process, and kills it at one of them."""

    last: int
    #: Whether the last one is made and answered.
    answered: bool
    calls: int = 0
    lock: Any = attrs.field(factory=threading.Lock)

    def counted(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def called(*args: Any, **kwargs: Any) -> Any:
            # one after the other, so that the order of calls is that of their numbers
            with self.lock:
                self.calls += 1
                if self.calls == self.last and not self.answered:
                    os.kill(os.getpid(), signal.SIGKILL)
                try:
                    return function(*args, **kwargs)
                finally:
                    if self.calls == self.last:
                        os.kill(os.getpid(), signal.SIGKILL)

        return called


def run(folder: Path, destination: str, variables: dict[str, str], order: dict[str, Any]) -> tuple[int, str]:
    """Runs the command, and says how many calls it made and what went wrong."""
    clock = ManualClock()
    connection = connection_of(folder, clock, variables)
    source = RegistryFile(folder / "registry.json")
    world = World(
        folder=folder, destination=destination, clock=clock, connection=connection, source=source, runs=ProcessRuns()
    )
    killing = Killing(order["kill"], order["answered"])
    clients: list[Any] = [connection.data_science.base_client, connection.object_storage.base_client]
    for client in clients:
        client.request = killing.counted(client.request)
    source.link = killing.counted(source.link)  # type: ignore[method-assign]
    source.unlink = killing.counted(source.unlink)  # type: ignore[method-assign]
    try:
        COMMANDS[order["command"]](world)
    except DeploymentError as error:
        return killing.calls, "\n".join((str(error), *error.leftovers))
    return killing.calls, ""


def main(destination: str, variables: dict[str, str]) -> None:
    for line in sys.stdin:
        order = json.loads(line)
        reader, writer = os.pipe()
        if not (process := os.fork()):
            os.close(reader)
            said = run(Path(order["folder"]), destination, variables, order)
            os.write(writer, json.dumps(said).encode())
            os._exit(0)
        os.close(writer)
        with open(reader, "rb") as pipe:  # noqa: PTH123 - it has no path
            said = json.loads(pipe.read() or b"[0, null]")
        sys.stdout.write(json.dumps([os.waitpid(process, 0)[1], *said]) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], json.loads(sys.argv[2]))
