"""Looking at Oracle Cloud; imported only when it is looked at."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import attrs

from oci_mlflow_core.model.artifact import ModelFacts
from oci_mlflow_core.model.deployment import Deployment
from oci_mlflow_core.ports.inspector import Finding, Inspector, LogKind, LogLine, Shape
from oci_mlflow_core.ports.pack_store import PackStore
from oci_mlflow_core.spec.deployment import DeploymentSpec
from oci_mlflow_plugin.adapters.oci.inspection.checking import Examination, Seen, nothing_to_see
from oci_mlflow_plugin.adapters.oci.inspection.log_lines import lines_of
from oci_mlflow_plugin.adapters.oci.inspection.service import offered_shapes
from oci_mlflow_plugin.adapters.oci.inspection.table import CHECKS
from oci_mlflow_plugin.adapters.oci.session.connection import Connection


@attrs.frozen
class OciInspector(Inspector):
    """Looks with the caller's own rights; every call is a read, or a write that cannot happen."""

    connection: Connection
    packs: PackStore

    def shapes(self) -> tuple[Shape, ...]:
        """See `Inspector.shapes`."""
        return offered_shapes(self.connection, self.connection.compartment_id())

    def log_lines(
        self, deployment: Deployment, kinds: tuple[LogKind, ...], since: datetime, until: datetime
    ) -> tuple[LogLine, ...]:
        """See `Inspector.log_lines`."""
        return lines_of(self.connection, deployment, kinds, since, until)

    def examine(self, spec: DeploymentSpec, facts: ModelFacts | None) -> Iterator[Finding]:
        """See `Inspector.examine`."""
        examination = Examination(connection=self.connection, packs=self.packs, spec=spec, facts=facts)
        obstacle = ""
        for check in CHECKS:
            seen = _not_looked_at(obstacle) if obstacle and check.asks_oci else check.seen(examination)
            yield check.finding(seen)
            obstacle = obstacle or seen.obstacle


def _not_looked_at(obstacle: str) -> Seen:
    return nothing_to_see(f"not looked at: {obstacle}")
