"""The user's container engine, through the API that Docker and podman speak."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from oci_mlflow_builders.docker.engine import knock
from oci_mlflow_builders.redaction import redact

from oci_mlflow_core.errors import InvalidRequestError, ServiceError, UnavailableError

DEFAULT_HOST = "unix:///var/run/docker.sock"
#: Seconds for which an engine may say nothing to one call.
_PATIENCE = 120
_HERE = frozenset({"", "localhost", "127.0.0.1", "::1"})
#: As engines and images name the same processor.
_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}


class Engine:
    """An engine that answers."""

    def __init__(self, client: Any, host: str) -> None:  # noqa: ANN401 - the SDK has no types
        self.client = client
        #: As `DOCKER_HOST` says it.
        self.host = host
        self._info: dict[str, Any] = {}

    @property
    def architecture(self) -> str:
        """Of its machine, as images name it, such as ``amd64``."""
        said = str(self._facts().get("Architecture", ""))
        return _ARCHITECTURES.get(said, said)

    @property
    def cpus(self) -> float:
        """How many virtual processors it has."""
        return float(self._facts().get("NCPU") or 1)

    @property
    def has_networks(self) -> bool:
        """Whether its containers have networks of their own; else they share that of the machine."""
        with self.told("looking at its networks"):
            return bool(self.client.networks.list(filters={"driver": "bridge"}))

    def _facts(self) -> dict[str, Any]:
        if not self._info:
            with self.told("asking what it is"):
                self._info = dict(self.client.info())
        return self._info

    def remove(self, name: str) -> None:
        """Ends and removes the container of that name; nothing where there is none.

        Raises:
            ServiceError: The engine refuses, or has gone.
        """
        import docker.errors  # noqa: PLC0415 - an extra, and only needed here

        with self.told(f"removing the container {name}"):
            try:
                self.client.api.remove_container(name, force=True, v=True)
            except docker.errors.NotFound:
                return

    @contextmanager
    def told(self, doing: str) -> Iterator[None]:
        """Within the context what the SDK raises becomes an error of this project."""
        import docker.errors  # noqa: PLC0415 - an extra, and only needed here
        import requests  # noqa: PLC0415

        try:
            yield
        except docker.errors.APIError as fault:
            said = redact(str(fault.explanation or fault)).strip()
            raise ServiceError(f"the container engine at {self.host} refused while {doing}: {said}") from fault
        except (docker.errors.DockerException, requests.RequestException, OSError) as fault:
            raise UnavailableError(
                f"the container engine at {self.host} went away while {doing}", "See that it runs, and try again."
            ) from fault


@contextmanager
def engine_of(environ: Mapping[str, str]) -> Iterator[Engine]:
    """The engine of `DOCKER_HOST`, or of the default socket, for the time of the context.

    Raises:
        InvalidRequestError: The SDK is not installed, or `DOCKER_HOST` cannot be meant.
        UnavailableError: No engine answers.
    """
    try:
        import docker  # noqa: PLC0415 - an extra, and only needed here
        import docker.errors  # noqa: PLC0415
    except ImportError as fault:
        raise InvalidRequestError(
            "container deployments need the Python package 'docker', which is not installed",
            "Run: pip install 'oci-mlflow-plugin[docker]'",
        ) from fault
    host = environ.get("DOCKER_HOST") or DEFAULT_HOST
    try:
        knock(host)
        client = docker.DockerClient.from_env(environment=dict(environ), timeout=_PATIENCE, version="auto")
    except (docker.errors.DockerException, OSError) as fault:
        raise UnavailableError(
            f"no container engine answers at {host} ({_innermost(fault)})",
            "Start Docker or podman's socket, or let DOCKER_HOST name one that runs.",
        ) from fault
    try:
        yield Engine(client, host)
    finally:
        client.close()


def check_engine(environ: Mapping[str, str]) -> None:
    """Sees that containers of this machine's deployments can be run.

    Raises:
        InvalidRequestError: The SDK is not installed, or the engine is on another machine.
        UnavailableError: No engine answers.
    """
    host = environ.get("DOCKER_HOST") or DEFAULT_HOST
    parts = urlsplit(host)
    if parts.scheme not in {"unix", "npipe"} and (parts.hostname or "") not in _HERE:
        raise InvalidRequestError(
            f"the container engine at {host} is on another machine, which cannot mount the model's files of this one",
            "Let DOCKER_HOST name an engine of this machine, or unset it.",
        )
    with engine_of(environ):
        return


def _innermost(fault: BaseException) -> str:
    """The sentence at the bottom of what requests and the SDK wrap around it."""
    while fault.__cause__ is not None or fault.__context__ is not None:
        fault = fault.__cause__ or fault.__context__ or fault
    return redact(getattr(fault, "strerror", None) or str(fault))
