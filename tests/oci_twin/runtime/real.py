"""The runtime that serves for real (``--runtime real``)."""

from __future__ import annotations

import shutil
import threading
import uuid
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from oci_twin.runtime.conda import CondaServer, Rooms
from oci_twin.runtime.containers import Containers
from oci_twin.runtime.generation import CondaGeneration, ContainerGeneration, Generation, ImageGeneration, Server
from oci_twin.runtime.images import Images
from oci_twin.runtime.packs import Packs
from oci_twin.runtime.port import AppendLog, CondaServing, FindObject, Preparation, Runtime, Serving
from oci_twin.runtime.registry import Registry
from oci_twin.runtime.story import Story

#: Source: OCI documentation, "Bring your own container": a container has ten minutes to become healthy.
START_SECONDS = 600.0


class RealRuntime(Runtime):
    """Conda deployments are processes of this machine, images are run by an engine or servers that were named.

    Args:
        folder: For unpacked packs, which are kept, and what belongs to generations, which is not. One runtime only.
        find_object: The twin's Object Storage.
        append_log: The twin's Logging service.
        now: The time of log entries.
        images: URLs of running servers by the image reference that each stands for.
        registry: URL of the registry that stands for OCIR, with user and password where it asks for them.
        engine: The `DOCKER_HOST` of what runs the registry's images, but for those that a server was named for.
        start_seconds: How long an image's server may take to become healthy.
    """

    def __init__(
        self,
        folder: Path,
        *,
        find_object: FindObject,
        append_log: AppendLog,
        now: Callable[[], datetime],
        images: Mapping[str, str] | None = None,
        registry: str | None = None,
        engine: str | None = None,
        start_seconds: float = START_SECONDS,
    ) -> None:
        self._conda = CondaServer(find_object, Packs(folder / "packs"))
        self._images = Images(dict(images or {}), start_seconds)
        self._append_log = append_log
        self._now = now
        self._folder = folder / "generations"
        self._containers = _containers(registry, engine, start_seconds, str(folder))
        # what a twin that was killed has left
        shutil.rmtree(self._folder, ignore_errors=True)
        if self._containers is not None:
            self._containers.remove_left()
        self._lock = threading.Lock()
        self._generations: dict[tuple[str, int], Generation] = {}
        self._endings: list[threading.Thread] = []

    def prepare(self, deployment_id: str, generation: int, serving: Serving) -> Preparation:
        """See the port; a generation of that number which is there already is ended."""
        self.stop(deployment_id, generation)
        story = Story(self._printer(deployment_id, serving))
        begun = Generation(self._server(deployment_id, serving), story)
        with self._lock:
            self._generations[deployment_id, generation] = begun
        return begun

    def server_url(self, deployment_id: str, generation: int) -> str | None:
        """See the port."""
        with self._lock:
            found = self._generations.get((deployment_id, generation))
        return None if found is None else found.url

    def stop(self, deployment_id: str, generation: int) -> None:
        """See the port; requests that were begun are answered first."""
        with self._lock:
            found = self._generations.pop((deployment_id, generation), None)
            if found is None:
                return
            ending = threading.Thread(target=found.end, kwargs={"at_once": False}, daemon=True)
            self._endings = [thread for thread in self._endings if thread.is_alive()]
            self._endings.append(ending)
            ending.start()

    def stop_all(self) -> None:
        """See the port; nothing is waited for but the end of the processes."""
        with self._lock:
            generations, self._generations = [*self._generations.values()], {}
            endings, self._endings = self._endings, []
            for generation in generations:
                generation.end(at_once=True)
        for ending in endings:
            ending.join()

    def _server(self, deployment_id: str, serving: Serving) -> Server:
        rooms = Rooms(self._folder / uuid.uuid4().hex)
        if isinstance(serving, CondaServing):
            return CondaGeneration(self._conda, deployment_id, serving, rooms)
        if self._containers is None or self._images.has(serving.image):
            return ImageGeneration(self._images, serving)
        return ContainerGeneration(self._containers, deployment_id, serving, rooms)

    def _printer(self, deployment_id: str, serving: Serving) -> Callable[[str], None]:
        log_id = serving.predict_log_id
        if log_id is None:
            return lambda _line: None
        known = log_id
        return lambda line: self._append_log(known, self._now(), deployment_id, line)


def _containers(registry: str | None, engine: str | None, seconds: float, owner: str) -> Containers | None:
    if registry is None or engine is None:
        return None
    return Containers(Registry(registry), engine, seconds, owner)
