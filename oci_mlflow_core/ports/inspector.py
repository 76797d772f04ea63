"""Looking at a service: its shapes, the logs of deployments, and what a deployment would need."""

from __future__ import annotations

import enum
from abc import abstractmethod
from collections.abc import Iterator
from datetime import datetime
from typing import Protocol

import attrs

from oci_mlflow_core.model.artifact import ModelFacts
from oci_mlflow_core.model.deployment import Deployment
from oci_mlflow_core.spec.deployment import DeploymentSpec


@attrs.frozen(kw_only=True)
class Shape:
    """A compute shape that deployments can run on.

    Source: oci.data_science.models.ModelDeploymentShapeSummary.
    """

    name: str
    #: Cores, or the most that a flexible shape can have.
    core_count: int
    #: GB, or the most that a flexible shape can have.
    memory_in_gbs: int
    series: str = ""


class LogKind(str, enum.Enum):
    """Which of a deployment's logs."""

    #: What the model and its server print.
    PREDICT = "predict"
    #: A line for each request.
    ACCESS = "access"

    def __str__(self) -> str:
        return self.value


@attrs.frozen(kw_only=True)
class LogLine:
    """One line of a log."""

    time: datetime
    text: str
    kind: LogKind


class Outcome(str, enum.Enum):
    """What came of looking."""

    PASSED = "passed"
    FAILED = "failed"
    #: It works, and something about it may surprise.
    NOTED = "noted"
    #: It could not be looked at, or there is nothing to look at.
    SKIPPED = "skipped"

    def __str__(self) -> str:
        return self.value


@attrs.frozen(kw_only=True)
class Finding:
    """One thing that a deployment needs, and how it stands about it."""

    #: What was looked at, such as ``bucket``.
    subject: str
    outcome: Outcome
    #: What was found, one sentence without a full stop.
    told: str
    #: What mends it: the policy statement, setting or command; empty where nothing has to be mended.
    remedy: str = ""


class Inspector(Protocol):
    """Looks, and changes nothing.

    1. `examine` goes on after what fails: everything that can be looked at is in the findings.
    2. A finding that FAILED has a remedy.
    3. Log lines come oldest first.
    """

    @abstractmethod
    def shapes(self) -> tuple[Shape, ...]:
        """The shapes that the service offers, by name."""

    @abstractmethod
    def log_lines(
        self, deployment: Deployment, kinds: tuple[LogKind, ...], since: datetime, until: datetime
    ) -> tuple[LogLine, ...]:
        """What was logged from `since` up to `until`.

        Raises:
            InvalidRequestError: The deployment has no such log.
        """

    @abstractmethod
    def examine(self, spec: DeploymentSpec, facts: ModelFacts | None) -> Iterator[Finding]:
        """What a deployment of that specification needs of the service, one after the other.

        Args:
            spec: The deployment file; empty for what every deployment needs.
            facts: The model that is to be deployed, where one is named.
        """
