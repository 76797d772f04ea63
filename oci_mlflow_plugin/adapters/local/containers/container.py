"""One container, from its start to its removal."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from oci_mlflow_core.errors import ServiceError
from oci_mlflow_plugin.adapters.local.containers.engine import Engine
from oci_mlflow_plugin.adapters.local.containers.faults import ContainerFault
from oci_mlflow_plugin.adapters.local.containers.settings import ARTIFACT, ContainerSettings

#: On every container, with the OCID of its deployment.
LABEL = "oci-mlflow-plugin.deployment"
_CPU = 10**9
_STDOUT = 1
#: Seconds between SIGTERM and SIGKILL; the requests that it had are answered by then.
_GRACE = 2
#: Seconds for the last lines of a container that has ended.
_LAST_LINES = 5.0


class Container:
    """A container that was started; what it prints goes to this process's own output."""

    def __init__(self, engine: Engine, settings: ContainerSettings, name: str, made: Any) -> None:  # noqa: ANN401
        self._engine = engine
        self._made = made
        self.settings = settings
        self.name = name
        self._bridged = True
        self._hearing = threading.Thread(target=self._hear, daemon=True)

    @classmethod
    def start(cls, engine: Engine, settings: ContainerSettings, image: str, name: str, artifact: Path) -> Container:
        """Makes and starts it; the artifact is mounted read-only.

        Raises:
            ContainerFault: It does not start, or a port that it needs is taken.
            ServiceError: The engine refuses, or has gone.
        """
        bridged = engine.has_networks
        if not bridged:
            _check_free(engine, settings)
        with engine.told("making the container"):
            options = _options(engine, settings, artifact, bridged=bridged)
            made = engine.client.containers.create(image, name=name, **options)
        container = cls(engine, settings, name, made)
        container._bridged = bridged
        container._start()
        return container

    def _start(self) -> None:
        try:
            with self._engine.told("starting the container"):
                self._made.start()
        except ServiceError as fault:
            raise ContainerFault(f"the container of {self.settings.image} does not start: {fault}") from fault
        self._hearing.start()

    def port(self, inside: int) -> int:
        """The port of 127.0.0.1 that stands for one of its own."""
        if not self._bridged:
            return inside
        with self._engine.told("looking at the container"):
            self._made.reload()
            published = self._made.ports.get(f"{inside}/tcp")
        if not published:
            raise ContainerFault(self.ending() or f"the container of {self.settings.image} has no port {inside}")
        return int(published[0]["HostPort"])

    def ending(self) -> str:
        """How it ended, in words, when all that it printed has been passed on; empty while it runs."""
        if self._hearing.is_alive():
            return ""
        with self._engine.told("looking at the container"):
            self._made.reload()
            state = self._made.attrs["State"]
        if state.get("Running"):
            return ""
        if state.get("OOMKilled"):
            limit = self.settings.memory
            why = f" of {limit / 1024**3:g} GB" if limit else ""
            return f"the container of {self.settings.image} was killed: it needs more than its memory{why}"
        return f"the container of {self.settings.image} ended with exit code {state.get('ExitCode')}"

    def run(self, command: list[str]) -> tuple[int, str]:
        """Runs a command in it; its exit status and all that it says."""
        import docker.errors  # noqa: PLC0415 - an extra, and only needed here

        with self._engine.told("asking the container for its health"):
            try:
                status, said = self._made.exec_run(command)
            except docker.errors.APIError as refusal:
                return -1, str(refusal.explanation or refusal)
        return int(status), said.decode(errors="replace").strip()

    def end(self, *, at_once: bool) -> None:
        """Ends it with SIGTERM, and with SIGKILL where that does not help or it is to end at once; then removes it.

        Raises:
            ServiceError: The engine refuses, or has gone.
        """
        if not at_once:
            with suppress(ServiceError), self._engine.told("stopping the container"):
                self._made.stop(timeout=_GRACE)
            with suppress(RuntimeError):
                self._hearing.join(_LAST_LINES)
        self._engine.remove(self.name)

    def _hear(self) -> None:
        with suppress(Exception):  # the engine may go away; `ending` then says so
            for piece in self._lines():
                os.write(_STDOUT, piece)

    def _lines(self) -> Iterator[bytes]:
        yield from self._made.logs(stdout=True, stderr=True, stream=True, follow=True)


def _options(engine: Engine, settings: ContainerSettings, artifact: Path, *, bridged: bool) -> dict[str, Any]:
    from docker.types import Mount  # noqa: PLC0415 - an extra, and only needed here

    ports = {settings.server_port, settings.health_check_port}
    network = {"ports": {f"{port}/tcp": ("127.0.0.1", None) for port in ports}} if bridged else {"network_mode": "host"}
    memory = {"mem_limit": settings.memory} if settings.memory else {}
    cpus = {"nano_cpus": round(min(settings.cpus, engine.cpus) * _CPU)} if settings.cpus else {}
    return {
        "command": None if settings.cmd is None else [*settings.cmd],
        "entrypoint": None if settings.entrypoint is None else [*settings.entrypoint],
        "environment": settings.environment,
        # unlike a volume, a mount of what is not there is refused
        "mounts": [Mount(ARTIFACT, str(artifact), type="bind", read_only=True)],
        "labels": {LABEL: settings.environment["MODEL_DEPLOYMENT_OCID"]},
        "detach": True,
        **network,
        **memory,
        **cpus,
    }


def _check_free(engine: Engine, settings: ContainerSettings) -> None:
    for port in {settings.server_port, settings.health_check_port}:
        with socket.socket() as asked:
            if asked.connect_ex(("127.0.0.1", port)) == 0:
                raise ContainerFault(
                    f"port {port} of this machine is in use by another program, and containers of the engine at "
                    f"{engine.host} have no network of their own"
                )
