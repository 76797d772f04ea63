"""Container deployments: the image of the registry, run by the engine as the service runs it.

Source: OCI documentation, "Bring your own container": where the artifact is mounted, which variables are set, that
``curl`` in the image asks ``/health``, and how long a container may take.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping

import attrs

from oci_twin.runtime.artifacts import unpack_any_artifact
from oci_twin.runtime.conda import Rooms
from oci_twin.runtime.engine import Container, Engine, Order
from oci_twin.runtime.failing import CannotServe
from oci_twin.runtime.port import ContainerServing
from oci_twin.runtime.registry import Found, Registry
from oci_twin.runtime.story import Story

ARTIFACT = "/opt/ds/model/deployed_model"
_PAUSE = 0.25
#: Seconds in which requests that were begun are answered.
_GRACE = 65.0
#: Seconds for the last lines of a container that has ended.
_LAST_LINES = 10.0
_GIGABYTE = 1024**3


@attrs.frozen
class Containers:
    """Where images are, what runs them, and the seconds that a container has to become healthy."""

    registry: Registry
    host: str
    seconds: float
    #: On the containers.
    owner: str

    def engine(self) -> Engine:
        return Engine(self.host, self.registry.login)

    def remove_left(self) -> None:
        """Removes what a twin on the same folder has left."""
        engine = self.engine()
        engine.remove_left(self.owner)
        engine.close()


class RunningContainer:
    """A container from its image to its end."""

    def __init__(self, containers: Containers, deployment_id: str, serving: ContainerServing, rooms: Rooms) -> None:
        self._containers = containers
        self._deployment_id = deployment_id
        self._serving = serving
        self._rooms = rooms
        self._engine = containers.engine()
        self._lock = threading.Lock()
        self._container: Container | None = None
        self._hearing: threading.Thread | None = None
        self._pulled = ""

    def prepare(self, story: Story) -> str:
        """The URL where it answers; raises `CannotServe` or `Stopped`."""
        serving = self._serving
        story.tell(5, f"Looking for the image {serving.image}.")
        found = self._containers.registry.find(serving.image, serving.image_digest, serving.machine.architecture)
        _check_command(serving, found)
        mounts = {}
        if serving.artifact is not None:
            story.tell(10, "Unpacking the model artifact.")
            unpack_any_artifact(serving.artifact, self._rooms.artifact)
            mounts[ARTIFACT] = str(self._rooms.artifact)
        story.tell(20, f"Pulling the image {serving.image}.")
        if self._engine.pull(found.reference, lambda: story.pause(0)):
            self._pulled = found.reference
        story.tell(70, "Starting the container.")
        container = self._start(found.reference, mounts, story)
        story.tell(80, "Waiting for the container to become healthy.")
        self._wait(container, story)
        return container.url(serving.server_port)

    def _start(self, reference: str, mounts: Mapping[str, str], story: Story) -> Container:
        serving, machine = self._serving, self._serving.machine
        order = Order(
            owner=self._containers.owner,
            reference=reference,
            entrypoint=serving.entrypoint,
            cmd=serving.cmd,
            environment=self._variables(),
            ports=frozenset((serving.server_port, serving.health_check_port)),
            mounts=mounts,
            memory=round(machine.memory_gbs * _GIGABYTE),
            cpus=machine.cpus,
        )
        container = self._engine.start(order)
        with self._lock:
            self._container, self._hearing = container, container.hear(story.hear)
        return container

    def _variables(self) -> dict[str, str]:
        """The deployment's own, which the reserved ones win over."""
        return {
            **self._serving.environment,
            "MODEL_DEPLOYMENT_OCID": self._deployment_id,
            "TENANCY_OCID": self._serving.tenancy_id,
            "CONTAINER_CUSTOM_IMAGE": self._serving.image,
        }

    def _wait(self, container: Container, story: Story) -> None:
        seen, port = "", self._serving.health_check_port
        for _ in range(max(1, round(self._containers.seconds / _PAUSE))):
            code = container.exit_code
            if code is not None:
                self._hear_the_last()
                raise CannotServe(f"the container of {self._serving.image} ended with exit code {code}")
            seen = container.health(port)
            if not seen:
                return
            story.pause(_PAUSE)
        limit = f"{self._containers.seconds:g} s"
        raise CannotServe(f"the container of {self._serving.image} did not become healthy within {limit}: {seen}")

    def _hear_the_last(self) -> None:
        if self._hearing is not None:
            self._hearing.join(_LAST_LINES)

    @property
    def alive(self) -> bool:
        """Whether it can answer, once it is prepared; the engine's stream of its lines ends with it."""
        return self._hearing is not None and self._hearing.is_alive()

    def end(self, *, at_once: bool) -> None:
        """Ends it, and waits for that; may be called several times, and by several threads."""
        with self._lock:
            container = self._container
        if container is not None:
            container.stop(0 if at_once else _GRACE)

    def remove(self) -> None:
        """Removes it with its image and its folder."""
        with self._lock:
            container, self._container = self._container, None
        if container is not None:
            container.remove()
            self._hear_the_last()
        if self._pulled:
            self._engine.forget(self._pulled)
        self._engine.close()
        self._rooms.remove()


def _check_command(serving: ContainerServing, found: Found) -> None:
    """Lets an image pass that says what to run, or is told."""
    if not (serving.cmd or serving.entrypoint or found.cmd or found.entrypoint):
        raise CannotServe(f"the image {serving.image} has neither CMD nor ENTRYPOINT, and the deployment gives none")
