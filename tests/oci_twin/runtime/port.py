"""What the control plane asks of a runtime, and what the runtime asks of the rest of the twin."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Protocol

import attrs


@attrs.frozen
class CondaServing:
    """One generation of a deployment that runs in a conda pack."""

    #: The model's zip, as it was uploaded.
    artifact: Path
    #: The deployment's own ``environmentVariables``.
    environment: Mapping[str, str]
    tenancy_id: str
    #: The log of the category ``predict``; None where the deployment names none.
    predict_log_id: str | None = None


@attrs.frozen
class Machine:
    """What one instance of a deployment has."""

    memory_gbs: float = 16
    cpus: float = 2
    #: As images name it.
    architecture: str = "amd64"


@attrs.frozen
class ContainerServing:
    """One generation of a deployment that runs a container image (``OCIR_CONTAINER``)."""

    image: str
    image_digest: str | None = None
    entrypoint: tuple[str, ...] | None = None
    cmd: tuple[str, ...] | None = None
    server_port: int = 8080
    health_check_port: int = 8080
    #: The model's zip; None for a group of models.
    artifact: Path | None = None
    #: The deployment's own ``environmentVariables``.
    environment: Mapping[str, str] = attrs.field(factory=dict)
    tenancy_id: str = ""
    #: The log of the category ``predict``; None where the deployment names none.
    predict_log_id: str | None = None
    machine: Machine = attrs.field(factory=Machine)


Serving = CondaServing | ContainerServing


@attrs.frozen
class Pending:
    """Not decided yet; `percent` is between 0 and 100, `log_lines` is all that was said since the beginning."""

    percent: float
    log_lines: tuple[str, ...] = ()


@attrs.frozen
class Ready:
    """The generation answers at `server_url`; None where the twin runs without a runtime."""

    server_url: str | None
    log_lines: tuple[str, ...] = ()


@attrs.frozen
class Failed:
    """It will never answer, and nothing of it is left; `reason` is one sentence."""

    reason: str
    log_lines: tuple[str, ...] = ()


Progress = Pending | Ready | Failed


class Preparation(Protocol):
    """One generation on its way to answering."""

    @abstractmethod
    def poll(self) -> Progress:
        """How far it is; never waits, and may be asked any number of times."""
        ...


class Runtime(Protocol):
    """Serves deployments; every method but `stop_all` returns at once, so that it may be called under the twin's lock.

    1. Generations of one deployment are apart: a new one is prepared while the old one serves.
    2. What `stop` names is gone for good, whether it was ready, still prepared, or never heard of.
    """

    @abstractmethod
    def prepare(self, deployment_id: str, generation: int, serving: Serving) -> Preparation:
        """Begins to prepare that generation in the background."""
        ...

    @abstractmethod
    def server_url(self, deployment_id: str, generation: int) -> str | None:
        """Where that generation answers, without a trailing slash; None while or after it does not."""
        ...

    @abstractmethod
    def stop(self, deployment_id: str, generation: int) -> None:
        """Ends that generation, finished or not."""
        ...

    @abstractmethod
    def stop_all(self) -> None:
        """Ends everything and waits until it is gone; not under the twin's lock, which the last log lines may need."""
        ...


class FindObject(Protocol):
    """Looks an object up in the twin's Object Storage; called from threads that do not hold the twin's lock."""

    @abstractmethod
    def __call__(self, namespace: str, bucket: str, name: str) -> Path | None:
        """A file of its bytes, only read; None where the namespace, the bucket or the object is not there."""
        ...


class AppendLog(Protocol):
    """Takes one entry for a log of the twin's Logging service; called from threads that do not hold the lock."""

    @abstractmethod
    def __call__(self, log_id: str, when: datetime, source: str, message: str, category: str = "predict") -> None:
        """Keeps the entry; `source` is the deployment's OCID, `category` is ``predict`` or ``access``."""
        ...
