"""The container engine: Docker's API as Docker and podman both speak it."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

import attrs

from oci_mlflow_builders.docker.names import NAME, OWNER_LABEL
from oci_mlflow_builders.docker.owner import Owner
from oci_mlflow_builders.redaction import redact
from oci_mlflow_core.errors import BuildError

#: Seconds for which an engine may say nothing to one call.
_PATIENCE = 600
_FULL = "no space left on device"
_LOCAL = frozenset({"", "localhost", "127.0.0.1", "::1"})


def error(reason: str, hint: str = "", log_tail: tuple[str, ...] = ()) -> BuildError:
    """A failure of this builder."""
    return BuildError(builder=NAME, stage="build", reason=reason, hint=hint, log_tail=log_tail)


@attrs.frozen(kw_only=True)
class RunSettings:
    """How a container is made."""

    image: str
    #: In the words of engines, such as ``linux/amd64``.
    platform: str
    command: tuple[str, ...]
    #: ``none``, ``host``, or empty for what the engine does by itself.
    network: str = ""


class Engine:
    """An engine that answers."""

    def __init__(self, client: Any, host: str) -> None:  # noqa: ANN401 - the SDK has no types
        self._client = client
        #: As `DOCKER_HOST` says it.
        self.host = host

    @property
    def is_here(self) -> bool:
        """Whether its containers run on this machine, so that they can share its network."""
        parts = urlsplit(self.host)
        return parts.scheme in {"unix", "npipe"} or (parts.hostname or "") in _LOCAL

    def image_is_there(self, name: str) -> bool:
        """Whether the image is in the engine."""
        import docker.errors  # noqa: PLC0415 - an extra, and only needed here

        with self.told("looking for the image"):
            try:
                self._client.images.get(name)
            except docker.errors.ImageNotFound:
                return False
        return True

    @property
    def client(self) -> Any:  # noqa: ANN401 - the SDK has no types
        """Of the SDK; what is asked of it is asked within `told`."""
        return self._client

    @property
    def builder_version(self) -> str:
        """Which builder the engine prefers: 2 is BuildKit; empty where it does not say."""
        with self.told("asking what it builds with"):
            answer = self._client.api.get(f"{self._client.api.base_url}/_ping")
        return str(answer.headers.get("Builder-Version", ""))

    def tag(self, name: str, other: str) -> None:
        """Gives an image another name."""
        with self.told("naming the image"):
            repository, tag = _repository_and_tag(other)
            self._client.images.get(name).tag(repository, tag=tag)

    def forget(self, name: str) -> bool:
        """Takes a name from an image, which goes where it has no other; whether no image has it now."""
        import docker.errors  # noqa: PLC0415 - an extra, and only needed here

        try:
            with suppress(docker.errors.ImageNotFound):
                self._client.images.remove(name)
        except _refusals():
            return False
        return True

    def pull(self, name: str, platform: str, login: Mapping[str, str] | None = None) -> str | None:
        """Pulls the image; returns why that was not possible, or None.

        Args:
            name: With a tag or a digest.
            platform: In the words of engines.
            login: As engines take it; by default what the user's own ``docker login`` left.
        """
        import docker.errors  # noqa: PLC0415 - an extra, and only needed here

        repository, tag = _repository_and_tag(name)
        with self.told("pulling the image"):
            try:
                given = {"auth_config": dict(login)} if login else {}
                self._client.images.pull(repository, tag=tag, platform=platform, **given)
            except docker.errors.APIError as fault:
                return redact(str(fault.explanation or fault)).strip()
        return None

    @contextmanager
    def container(self, settings: RunSettings) -> Iterator[Container]:
        """A container that is not started yet; it is gone when the context ends, however it ends."""
        with self.told("making a container"):
            made = self._client.containers.create(
                settings.image,
                command=[],
                entrypoint=list(settings.command),
                platform=settings.platform,
                working_dir="/",
                labels={OWNER_LABEL: str(Owner.this_process())},
                **({"network_mode": settings.network} if settings.network else {}),
            )
        try:
            yield Container(made, self)
        except BaseException as fault:
            self._remove(made, fault)
            raise
        else:
            self._remove(made, None)

    def _remove(self, container: Any, fault: BaseException | None) -> None:  # noqa: ANN401
        import docker.errors  # noqa: PLC0415 - an extra, and only needed here

        try:
            container.remove(force=True, v=True)
        except docker.errors.NotFound:
            return
        except _refusals():
            left = (
                f"container {container.short_id} in the engine at {self.host} (docker rm --force {container.short_id})"
            )
            if isinstance(fault, BuildError):
                fault.leftovers = (*fault.leftovers, left)

    def remove_abandoned(self) -> None:
        """Removes the containers of this machine's processes that were killed."""
        with self.told("looking for abandoned containers"):
            for container in self._client.containers.list(
                all=True, filters={"label": OWNER_LABEL}, ignore_removed=True
            ):
                owner = Owner.parse(container.labels.get(OWNER_LABEL, ""))
                if owner is not None and owner.is_gone:
                    self._remove(container, None)

    @contextmanager
    def told(self, doing: str) -> Iterator[None]:
        """Within the context what the SDK raises becomes an error of this project."""
        import docker.errors  # noqa: PLC0415 - an extra, and only needed here

        try:
            yield
        except docker.errors.APIError as fault:
            said = redact(str(fault.explanation or fault)).strip()
            if _FULL in said.lower():
                raise full_disk(self.host) from fault
            raise error(f"the container engine at {self.host} refused while {doing}: {said}") from fault
        except _refusals() as fault:
            raise self.gone(doing) from fault

    def gone(self, doing: str) -> BuildError:
        """The error that says that it does not answer any more."""
        return error(
            f"the container engine at {self.host} went away while {doing}",
            "See that it runs, and run the command again; what it had made is lost.",
        )


class Container:
    """A container of one build."""

    def __init__(self, container: Any, engine: Engine) -> None:  # noqa: ANN401 - the SDK has no types
        self._container, self._engine = container, engine

    def put(self, archive: Iterator[bytes]) -> None:
        """Lays the files of a tar archive out at ``/``."""
        with self._engine.told("taking the files of the build"):
            self._container.put_archive("/", archive)

    def run(self) -> Iterator[bytes]:
        """Starts it, and gives what it prints, in pieces, until it ends."""
        import docker.errors  # noqa: PLC0415 - an extra, and only needed here

        with self._engine.told("running the build"):
            self._container.start()
            printed = self._container.logs(stdout=True, stderr=True, stream=True, follow=True)
            try:
                yield from printed
            finally:
                # It is closed already where it came to its end, and a lost engine's cannot be closed.
                with suppress(docker.errors.DockerException, OSError, AttributeError):
                    printed.close()

    def status(self) -> int:
        """Its exit status, once it has ended."""
        with self._engine.told("running the build"):
            return int(self._container.wait()["StatusCode"])

    def get(self, path: PurePosixPath) -> Iterator[bytes]:
        """A file or folder of it as a tar archive, in pieces."""
        with self._engine.told("giving back the environment"):
            pieces, _ = self._container.get_archive(str(path))
            yield from pieces


@contextmanager
def connected(environ: Mapping[str, str]) -> Iterator[Engine]:
    """The engine of `DOCKER_HOST`, or of the default socket, for the time of the context.

    Raises:
        BuildError: The SDK is not installed, or no engine answers.
    """
    try:
        import docker  # noqa: PLC0415 - an extra, and only needed here
        import docker.errors  # noqa: PLC0415
    except ImportError as fault:
        raise error(
            "the Python package 'docker' is not installed", "Run: pip install 'oci-mlflow-plugin[docker]'"
        ) from fault
    host = environ.get("DOCKER_HOST") or "unix:///var/run/docker.sock"
    try:
        knock(host)
        client = docker.DockerClient.from_env(environment=dict(environ), timeout=_PATIENCE, version="auto")
    except (docker.errors.DockerException, OSError) as fault:
        raise error(
            f"no container engine answers at {host} ({_innermost(fault)})",
            "Start Docker or podman's socket, or let DOCKER_HOST name one that runs.",
        ) from fault
    try:
        yield Engine(client, host)
    finally:
        client.close()


def _refusals() -> tuple[type[Exception], ...]:
    """What the SDK raises for what an engine does not do, or where there is none any more."""
    import docker.errors  # noqa: PLC0415 - an extra, and only needed here
    import requests  # noqa: PLC0415
    import urllib3.exceptions  # noqa: PLC0415

    # the SDK reads what an engine tells line by line from urllib3 itself
    return (docker.errors.DockerException, requests.RequestException, urllib3.exceptions.HTTPError, OSError)


def knock(host: str) -> None:
    """Tries the socket of an engine, which the SDK leaves open where nobody answers.

    Raises:
        OSError: Nobody answers there.
    """
    scheme, _, path = host.partition("://")
    if scheme == "unix":
        with socket.socket(socket.AF_UNIX) as asked:
            asked.connect(path)


def full_disk(host: str) -> BuildError:
    """The error that says that the engine has no room."""
    return error(
        f"no space left on the disk of the container engine at {host}",
        "Free some space there (docker system df, docker system prune), and run the command again.",
    )


def _repository_and_tag(name: str) -> tuple[str, str | None]:
    """As the SDK wants them: without a tag it would pull all of them."""
    if "@" in name:
        return name, None
    repository, colon, tag = name.rpartition(":")
    return (repository, tag) if colon and "/" not in tag else (name, "latest")


def _innermost(fault: BaseException) -> str:
    """The sentence at the bottom of what requests and the SDK wrap around it."""
    while fault.__cause__ is not None or fault.__context__ is not None:
        fault = fault.__cause__ or fault.__context__ or fault
    return redact(getattr(fault, "strerror", None) or str(fault))
