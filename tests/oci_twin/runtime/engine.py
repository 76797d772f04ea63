"""A container engine, as far as the service uses one: pull, start, look whether it is healthy, stop.

The library is imported by what runs containers alone, so that a twin without an engine does not need it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import attrs

from oci_twin.runtime.failing import CannotServe

#: On every container; its value is the folder of the runtime that has started it.
LABEL = "oci-twin"
#: Exit codes of a shell, which engines have taken over, for a program that cannot be run or is not there.
_NO_PROGRAM = (126, 127)
_CPU = 10**9


@attrs.frozen(kw_only=True)
class Order:
    """What to run.

    Attributes:
        ports: Of the container, each of which gets one of this machine's loopback.
        mounts: Folders of this machine by the path that they have in the container, read-only.
        memory: Bytes.
        cpus: As many as there are where these are more.
    """

    owner: str
    reference: str
    entrypoint: tuple[str, ...] | None
    cmd: tuple[str, ...] | None
    environment: Mapping[str, str]
    ports: frozenset[int]
    mounts: Mapping[str, str]
    memory: int
    cpus: float


class Engine:
    """The engine at a `DOCKER_HOST`; one for every container.

    Raises:
        OSError: No engine answers there.
    """

    def __init__(self, host: str, login: Mapping[str, str] | None) -> None:
        import docker  # noqa: PLC0415 - see above

        try:
            self._client = docker.DockerClient(base_url=host, timeout=None)
        except docker.errors.DockerException as fault:
            raise OSError(f"no container engine answers at {host}") from fault
        self._login = dict(login) if login else None
        self._errors = docker.errors

    def pull(self, reference: str, go_on: Callable[[], None]) -> bool:
        """Sees to it that the image is there; says whether it was not before.

        Raises:
            CannotServe: It cannot be pulled.
            Stopped: `go_on` says so.
        """
        if self._has(reference):
            return False
        try:
            for line in self._client.api.pull(reference, auth_config=self._login, stream=True, decode=True):
                if "error" in line:
                    raise CannotServe(f"image not accessible: {line['error']}")
                go_on()
        except self._errors.APIError as refusal:
            raise CannotServe(f"image not accessible: {refusal.explanation}") from refusal
        return True

    def _has(self, reference: str) -> bool:
        try:
            self._client.images.get(reference)
        except self._errors.ImageNotFound:
            return False
        return True

    def start(self, order: Order) -> Container:
        """Starts a container.

        Raises:
            CannotServe: The engine cannot; nothing of it is left.
        """
        bridged = bool(self._client.networks.list(names=["bridge"]))
        network = {"ports": {f"{port}/tcp": ("127.0.0.1", None) for port in order.ports}} if bridged else {}
        made = self._client.containers.create(
            order.reference,
            command=_list(order.cmd),
            entrypoint=_list(order.entrypoint),
            environment=dict(order.environment),
            volumes={folder: {"bind": path, "mode": "ro"} for path, folder in order.mounts.items()},
            mem_limit=order.memory,
            nano_cpus=round(min(order.cpus, self._client.info()["NCPU"]) * _CPU),
            labels={LABEL: order.owner},
            network_mode="bridge" if bridged else "host",
            detach=True,
            **network,
        )
        try:
            made.start()
        except self._errors.APIError as refusal:
            made.remove(force=True)
            raise CannotServe(f"the container does not start: {refusal.explanation}") from refusal
        return Container(made, self._errors, bridged=bridged)

    def forget(self, reference: str) -> None:
        """Removes an image that nothing else uses."""
        try:
            self._client.images.remove(reference)
        except self._errors.APIError:
            return

    def remove_left(self, owner: str) -> None:
        """Removes the containers of an owner that has ended without doing so."""
        for left in self._client.containers.list(all=True, filters={"label": f"{LABEL}={owner}"}):
            left.remove(force=True, v=True)

    def close(self) -> None:
        self._client.close()


class Container:
    """A container that was started; methods may be called after its end."""

    def __init__(self, made: Any, errors: Any, *, bridged: bool) -> None:
        self._made = made
        self._errors = errors
        self._bridged = bridged

    def url(self, port: int) -> str:
        """Where one of its ports answers."""
        if self._bridged:
            self._made.reload()
            port = int(self._made.ports[f"{port}/tcp"][0]["HostPort"])
        return f"http://127.0.0.1:{port}"

    def hear(self, say: Callable[[str], None]) -> threading.Thread:
        """Says every line that it prints; the thread ends with the container."""
        thread = threading.Thread(target=self._hear, args=(say,), daemon=True)
        thread.start()
        return thread

    def _hear(self, say: Callable[[str], None]) -> None:
        for line in _lines(self._made.logs(stream=True, follow=True)):
            say(line)

    @property
    def exit_code(self) -> int | None:
        """None while it runs."""
        self._made.reload()
        state = self._made.attrs["State"]
        return None if state["Running"] else int(state["ExitCode"])

    def health(self, port: int) -> str:
        """Empty where ``curl`` in the container gets a 200 from ``/health``, else what it says.

        Raises:
            CannotServe: There is no ``curl`` in the image.
        """
        quiet = ["curl", "--fail", "--silent", "--show-error", "--max-time", "5", "--output", "/dev/null"]
        try:
            code, said = self._made.exec_run([*quiet, f"http://localhost:{port}/health"])
        except self._errors.APIError as refusal:
            return str(refusal.explanation)
        text = said.decode(errors="replace").strip()
        if code in _NO_PROGRAM and "curl" in text:
            raise CannotServe("the health check failed: curl is not in the image")
        return "" if code == 0 else text or f"curl ends with status {code}"

    def stop(self, seconds: float) -> None:
        """Ends it with SIGTERM, and after those seconds with SIGKILL; 0 for the latter at once."""
        try:
            self._made.stop(timeout=round(seconds)) if seconds else self._made.kill()
        except self._errors.APIError:
            return

    def remove(self) -> None:
        try:
            self._made.remove(force=True, v=True)
        except self._errors.APIError:
            return


def _list(words: tuple[str, ...] | None) -> list[str] | None:
    return None if words is None else [*words]


def _lines(chunks: Iterator[bytes]) -> Iterator[str]:
    """Chunks end anywhere."""
    rest = b""
    for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n")
        yield from (line.decode(errors="replace").rstrip("\r") for line in whole)
    if rest:
        yield rest.decode(errors="replace")
