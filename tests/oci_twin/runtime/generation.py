"""One generation of a deployment, from its preparation to its end."""

from __future__ import annotations

import threading
from abc import abstractmethod
from typing import Protocol

from oci_twin.runtime.conda import CondaServer, Rooms
from oci_twin.runtime.containers import RunningContainer
from oci_twin.runtime.failing import CannotServe, Stopped
from oci_twin.runtime.images import Images
from oci_twin.runtime.port import CondaServing, ContainerServing, Failed, Pending, Preparation, Progress, Ready
from oci_twin.runtime.processes import ServerProcess
from oci_twin.runtime.story import Story


class Server(Protocol):
    """Something that gets ready, answers, and is ended."""

    @abstractmethod
    def prepare(self, story: Story) -> str:
        """The URL where it answers; raises `CannotServe` or `Stopped`."""
        ...

    @property
    @abstractmethod
    def alive(self) -> bool:
        """Whether it can answer, once it is prepared."""
        ...

    @abstractmethod
    def end(self, *, at_once: bool) -> None:
        """Ends it, whatever it does, and waits for that; may be called several times, and by several threads."""
        ...

    @abstractmethod
    def remove(self) -> None:
        """Removes what it has put anywhere; nothing of it runs any more."""
        ...


class Generation(Preparation):
    """Prepares a server in a thread, and ends it."""

    def __init__(self, server: Server, story: Story) -> None:
        self._server = server
        self._story = story
        self._outcome: Ready | Failed | None = None
        self._thread = threading.Thread(target=self._prepare, daemon=True)
        self._thread.start()

    def poll(self) -> Progress:
        """See the port."""
        return self._outcome or Pending(self._story.percent, self._story.steps)

    @property
    def url(self) -> str | None:
        """Where it answers; None where it does not."""
        outcome = self._outcome
        return outcome.server_url if isinstance(outcome, Ready) and self._server.alive else None

    def end(self, *, at_once: bool) -> None:
        """Ends it; `at_once`, without waiting for requests that it has begun to answer."""
        self._story.stop()
        if at_once or self._outcome is None:
            self._server.end(at_once=True)
        self._thread.join()
        self._server.end(at_once=at_once)
        self._server.remove()

    def _prepare(self) -> None:
        outcome: Ready | Failed
        try:
            url = self._server.prepare(self._story)
            outcome = Ready(url, (*self._story.steps, "The inference server is ready."))
        except CannotServe as fault:
            outcome = self._failed(fault.reason, fault.log_lines)
        except Stopped:
            outcome = self._failed("the preparation was stopped", ())
        except Exception as fault:  # noqa: BLE001 - a thread that dies in silence leaves a work request forever
            outcome = self._failed(f"the runtime failed: {type(fault).__name__}: {fault}", ())
        if isinstance(outcome, Failed):
            self._server.end(at_once=True)
            self._server.remove()
        self._outcome = outcome

    def _failed(self, reason: str, lines: tuple[str, ...]) -> Failed:
        return Failed(reason, (*self._story.steps, *lines, *self._story.printed))


class CondaGeneration(Server):
    """A process of its own, with a folder of its own."""

    def __init__(self, maker: CondaServer, deployment_id: str, serving: CondaServing, rooms: Rooms) -> None:
        self._maker = maker
        self._deployment_id = deployment_id
        self._serving = serving
        self._rooms = rooms
        self._lock = threading.Lock()
        self._process: ServerProcess | None = None

    def prepare(self, story: Story) -> str:
        process = self._maker.begin(self._deployment_id, self._serving, self._rooms, story)
        with self._lock:
            self._process = process
        story.tell(80, "Loading the model.")
        process.wait_ready()
        return process.url

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.alive

    def end(self, *, at_once: bool) -> None:
        with self._lock:
            process = self._process
        if process is not None and at_once:
            process.kill()
        elif process is not None:
            process.stop()

    def remove(self) -> None:
        self._rooms.remove()


class ContainerGeneration(RunningContainer, Server):
    """A container of the engine's."""


class ImageGeneration(Server):
    """A server that somebody else runs, and ends."""

    def __init__(self, images: Images, serving: ContainerServing) -> None:
        self._images = images
        self._serving = serving

    def prepare(self, story: Story) -> str:
        story.tell(10, f"Pulling the image {self._serving.image}.")
        return self._images.healthy_url(self._serving.image, story)

    @property
    def alive(self) -> bool:
        return True

    def end(self, *, at_once: bool) -> None:
        return None

    def remove(self) -> None:
        return None
