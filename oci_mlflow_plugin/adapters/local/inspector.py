"""Looking at deployments on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import attrs

from oci_mlflow_core.errors import InvalidRequestError
from oci_mlflow_core.model.artifact import ModelFacts
from oci_mlflow_core.model.deployment import Deployment
from oci_mlflow_core.ports.inspector import Finding, Inspector, LogKind, LogLine, Shape
from oci_mlflow_core.spec.deployment import DeploymentSpec
from oci_mlflow_plugin.adapters.home.layout import Home
from oci_mlflow_plugin.adapters.local.log_lines import lines_of
from oci_mlflow_plugin.adapters.local.supervision.folder import DeploymentFolder


@attrs.frozen
class LocalInspector(Inspector):
    """Reads the logs of servers; of what OCI would have to offer, this machine needs nothing."""

    home: Home

    def shapes(self) -> tuple[Shape, ...]:
        """None.

        Raises:
            InvalidRequestError: Always.
        """
        raise InvalidRequestError(
            "this machine has no compute shapes: a deployment here takes what the machine has",
            "The shapes of a region are listed with -t oci-datascience://REGION.",
        )

    def log_lines(
        self, deployment: Deployment, kinds: tuple[LogKind, ...], since: datetime, until: datetime
    ) -> tuple[LogLine, ...]:
        """See `Inspector.log_lines`; a deployment on this machine has both logs, in one file.

        Raises:
            InvalidRequestError: The file cannot be read.
        """
        lines = lines_of(DeploymentFolder(self.home.deployments / deployment.id))
        return tuple(line for line in lines if line.kind in kinds and since <= line.time < until)

    def examine(self, spec: DeploymentSpec, facts: ModelFacts | None) -> Iterator[Finding]:  # noqa: ARG002 - of the port
        """Nothing.

        Raises:
            InvalidRequestError: Always.
        """
        raise InvalidRequestError(
            "a deployment on this machine needs nothing of OCI that could be looked at",
            "'oci-mlflow plan create' shows what a create on this machine would do.",
        )
