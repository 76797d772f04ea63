"""An inspector in memory, which says what a test gives it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import attrs

from oci_mlflow_core.model.artifact import ModelFacts
from oci_mlflow_core.model.deployment import Deployment
from oci_mlflow_core.ports.inspector import Finding, Inspector, LogKind, LogLine, Shape
from oci_mlflow_core.spec.deployment import DeploymentSpec


@attrs.define
class MemoryInspector(Inspector):
    """Holds shapes, findings and the logs of all deployments."""

    offered: list[Shape] = attrs.field(factory=list)
    lines: list[LogLine] = attrs.field(factory=list)
    findings: list[Finding] = attrs.field(factory=list)

    def shapes(self) -> tuple[Shape, ...]:
        """See `Inspector.shapes`."""
        return tuple(sorted(self.offered, key=lambda shape: shape.name))

    def log_lines(
        self,
        deployment: Deployment,  # noqa: ARG002 - one log for all
        kinds: tuple[LogKind, ...],
        since: datetime,
        until: datetime,
    ) -> tuple[LogLine, ...]:
        """See `Inspector.log_lines`."""
        wanted = [line for line in self.lines if line.kind in kinds and since <= line.time < until]
        return tuple(sorted(wanted, key=lambda line: line.time))

    def examine(self, spec: DeploymentSpec, facts: ModelFacts | None) -> Iterator[Finding]:  # noqa: ARG002
        """See `Inspector.examine`."""
        yield from self.findings
