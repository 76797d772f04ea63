"""The process that runs one container of a deployment; started by its supervisor in the place of a server."""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from oci_mlflow_core.errors import DeploymentError, ServiceError
from oci_mlflow_plugin.adapters.local.containers.container import Container
from oci_mlflow_plugin.adapters.local.containers.engine import Engine, engine_of
from oci_mlflow_plugin.adapters.local.containers.faults import ContainerFault
from oci_mlflow_plugin.adapters.local.containers.health import await_health
from oci_mlflow_plugin.adapters.local.containers.images import provide
from oci_mlflow_plugin.adapters.local.containers.launch import container_name
from oci_mlflow_plugin.adapters.local.containers.marker import mark
from oci_mlflow_plugin.adapters.local.containers.proxy import Proxy
from oci_mlflow_plugin.adapters.local.containers.settings import settings_from
from oci_mlflow_plugin.adapters.local.containers.upstream import Upstream
from oci_mlflow_plugin.adapters.local.prepare import FileStep
from oci_mlflow_plugin.adapters.local.supervision.folder import DeploymentFolder, write_private
from oci_mlflow_plugin.adapters.local.supervision.lifeline import watch

#: Seconds between two looks whether the container runs, and until a signal is heard.
_LOOK, _PAUSE = 0.2, 0.05
#: Seconds for requests that were begun; a prediction may take 60.
_DRAINING = 65.0
_FAILED = 1


class Run:
    """A container from its image to its end."""

    def __init__(self, job: dict[str, Any]) -> None:
        self._job = job
        self._settings = settings_from(job["container"])
        self._folder = DeploymentFolder(Path(job["folder"]))
        # no lock may be held where a signal arrives
        self._ending = False
        self._at_once = False

    def asked_to_end(self, *_: object) -> None:
        """As SIGTERM asks."""
        self._ending = True

    def orphaned(self) -> None:
        """The supervisor is gone, and with it the deployment."""
        self._at_once = self._ending = True

    def is_ending(self) -> bool:
        """Whether it was asked to end."""
        return self._ending

    def pause(self, seconds: float) -> bool:
        """Waits that long, less where it was asked to end; whether it was."""
        until = time.monotonic() + seconds
        while not self._ending and (left := until - time.monotonic()) > 0:
            time.sleep(min(_PAUSE, left))
        return self._ending

    def serve(self, engine: Engine) -> None:
        """Returns when it was asked to end, and nothing is left.

        Raises:
            ContainerFault: The container does not serve, or no longer; nothing of it is left.
            ServiceError: The engine refuses, or has gone.
        """
        step = FileStep(self._folder.progress_file)
        step.says("looking for the image")
        image = provide(engine, self._settings.reference, os.environ, step, self.is_ending)
        name = container_name(self._folder.path.name, self._job["generation"])
        marker = mark(self._folder, self._job["generation"], name, os.environ)
        try:
            step.says("starting the container")
            self._serve_with(engine, image.name, name, step)
        except (ContainerFault, ServiceError) as fault:
            # what cannot be removed stays marked, and is removed by the next command
            with suppress(ServiceError):
                _remove(engine, name, marker)
            raise _explained(fault, engine, image.architecture) from fault
        _remove(engine, name, marker)

    def _serve_with(self, engine: Engine, image: str, name: str, step: FileStep) -> None:
        container = Container.start(engine, self._settings, image, name, Path(self._job["artifact"]))
        step.says("waiting for the container to become healthy")
        if await_health(container, self.pause):
            self._answer(container)
        container.end(at_once=self._at_once)

    def _answer(self, container: Container) -> None:
        settings = self._settings
        ports = {port: container.port(port) for port in {settings.server_port, settings.health_check_port}}
        sockets = [socket.socket(fileno=number) for number in self._job["sockets"]]
        proxy = Proxy(sockets, Upstream(settings, ports))
        proxy.start()
        while not self.pause(_LOOK):
            ended = container.ending()
            if ended:
                raise ContainerFault(ended)
        proxy.close()
        proxy.drain(0 if self._at_once else _DRAINING)


def main(arguments: list[str]) -> int:
    """Runs the container of the job, which is JSON text.

    Args:
        arguments: The job: what the order says of the container, the folder and generation of the deployment, its
            sockets, the descriptor of the supervisor's lifeline, and the file for the line that says what is wrong.
    """
    job = json.loads(arguments[0])
    run = Run(job)
    signal.signal(signal.SIGTERM, run.asked_to_end)
    watch(job["lifeline"], run.orphaned)
    try:
        with engine_of(os.environ) as engine:
            run.serve(engine)
    except (ContainerFault, DeploymentError) as fault:
        write_private(Path(job["fault"]), str(fault))
        return _FAILED
    return 0


def _remove(engine: Engine, name: str, marker: Path) -> None:
    engine.remove(name)
    marker.unlink(missing_ok=True)


def _explained(fault: Exception, engine: Engine, architecture: str) -> Exception:
    """With what is most often the reason: an image for another processor."""
    with suppress(ServiceError):
        if isinstance(fault, ContainerFault) and architecture not in {"", engine.architecture}:
            return ContainerFault(
                f"{fault}; the image is for linux/{architecture}, and the container engine at {engine.host} "
                f"runs linux/{engine.architecture}"
            )
    return fault


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
