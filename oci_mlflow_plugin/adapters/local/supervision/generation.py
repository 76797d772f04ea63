"""The servers that serve one order of a deployment."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from oci_mlflow_plugin.adapters.local.supervision.folder import DeploymentFolder
from oci_mlflow_plugin.adapters.local.supervision.preparation import Preparation
from oci_mlflow_plugin.adapters.local.supervision.programs import remove_container, runs_container
from oci_mlflow_plugin.adapters.local.supervision.server import Server, Shared

#: Seconds for the requests that a leaving server has; a prediction may take 60.
_GRACE = 70.0
_POLL = 0.02
#: Seconds; processes that a model has forked may hold the sockets open for longer.
_LETTING_GO = 3.0


class Generation:
    """Goes from laying out the environment to loading the model to being ready, one look at a time."""

    def __init__(self, folder: DeploymentFolder, order: dict[str, Any], shared: Shared) -> None:
        self.order = order
        self.number: int = order["generation"]
        self.launch: dict[str, Any] = order["launch"]
        self._folder = folder
        self._shared = shared
        self._preparation: Preparation | None = None
        self.servers: list[Server] = []

    @property
    def activity(self) -> str:
        """What it does now, in a few words."""
        if runs_container(self.launch):
            return "starting the container"
        if not self.servers:
            return "unpacking the environment"
        return "loading the model"

    def advance(self) -> bool:
        """One look; whether it is ready.

        Raises:
            GenerationFailedError: It never will be.
        """
        if not self.servers and self._prepared():
            self._start()
        self.check()
        return bool(self.servers) and all(server.ready for server in self.servers)

    def check(self) -> None:
        """Looks whether all servers live.

        Raises:
            GenerationFailedError: One does not.
        """
        for server in self.servers:
            death = server.death()
            if death is not None:
                raise GenerationFailedError(self._told(f"the server {death}", "score.py could not be loaded"))

    def ask_to_end(self) -> None:
        """Lets the servers finish the requests that they have."""
        for server in self.servers:
            server.ask_to_end()

    def let_go(self) -> None:
        """`ask_to_end`; returns when no server takes another request, so that the next one is not answered by it."""
        self.ask_to_end()
        deadline = time.monotonic() + _LETTING_GO
        while any(server.accepts() for server in self.servers) and time.monotonic() < deadline:
            time.sleep(_POLL)

    def is_gone(self) -> bool:
        """Whether all servers have ended and nothing of them is left; one that takes too long is killed."""
        for server in list(self.servers):
            if server.asked_for() > _GRACE:
                server.kill()
            if server.death() is not None:
                server.kill()
                self.servers.remove(server)
        if not self.servers and runs_container(self.launch):
            remove_container(self.order, self._folder, self._shared.living)
        return not self.servers

    def end(self, grace: float) -> None:
        """Ends everything, at the latest after `grace` seconds; returns when all is gone."""
        if self._preparation is not None:
            self._preparation.kill()
        self.ask_to_end()
        deadline = time.monotonic() + grace
        while not self.is_gone() and time.monotonic() < deadline:
            time.sleep(_POLL)
        for server in self.servers:
            server.kill()
        if runs_container(self.launch):
            remove_container(self.order, self._folder, self._shared.living)

    def forget(self) -> None:
        """Removes its log and what lies beside it."""
        self._folder.log(self.number).unlink(missing_ok=True)
        self._folder.fault(self.number).unlink(missing_ok=True)

    def _prepared(self) -> bool:
        if runs_container(self.launch) or _ready_marker(self.launch).exists():
            return True
        if self._preparation is None:
            self._preparation = Preparation(self._folder, self.order, self._shared.lifeline, self._shared.living)
        status = self._preparation.status()
        if status is not None and not _ready_marker(self.launch).exists():
            what = f"the environment could not be laid out (exit status {status})"
            raise GenerationFailedError(self._told(what, "the environment could not be laid out"))
        return status is not None

    def _start(self) -> None:
        self._folder.pack.unlink(missing_ok=True)
        self._folder.progress_file.unlink(missing_ok=True)
        for _ in range(self.launch["workers"]):
            self.servers.append(Server(self.order, self._shared, self._folder))

    def _told(self, otherwise: str, what: str) -> str:
        fault = self._folder.fault(self.number)
        if not fault.exists():
            return otherwise
        reason = fault.read_text(encoding="utf-8")
        return reason if runs_container(self.launch) else f"{what}: {reason}"


class GenerationFailedError(Exception):
    """The servers cannot serve; the text says why."""


def _ready_marker(launch: dict[str, Any]) -> Path:
    """Beside an environment that is whole; see `oci_mlflow_plugin.adapters.local.environments`."""
    return Path(launch["environment"] + ".json")
