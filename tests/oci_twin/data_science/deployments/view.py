"""A deployment as clients see it."""

from __future__ import annotations

from typing import Any

import attrs

from oci_twin.data_science.deployments import states
from oci_twin.data_science.deployments.sections import CONFIGURATION, configuration, environment, instance_count
from oci_twin.data_science.records import Record
from oci_twin.data_science.surroundings import Surroundings


@attrs.frozen
class View:
    """Adds what the service alone says of a deployment."""

    around: Surroundings

    def of(self, record: Record) -> dict[str, Any]:
        """As ``ModelDeployment``; the summary lacks ``lifecycleDetails``."""
        shown = {
            **record.seen,
            CONFIGURATION: self._configuration(record),
            "modelDeploymentSystemData": _system(record),
        }
        if record.state != states.CREATING or self.around.behaviour.url_while_creating:
            shown["modelDeploymentUrl"] = f"{self.around.url()}/{record.id}"
        return shown

    def _configuration(self, record: Record) -> dict[str, Any]:
        own = configuration(record.seen)
        given = environment(record.seen)
        if given["environmentConfigurationType"] != "OCIR_CONTAINER":
            return own
        injected = {"MODEL_DEPLOYMENT_OCID": record.id, "TENANCY_OCID": self.around.tenancy_id}
        return {**own, "environmentConfigurationDetails": {**given, "defaultEnvironmentVariables": injected}}


def _system(record: Record) -> dict[str, Any]:
    flexible = configuration(record.seen)["deploymentType"] == "SINGLE_MODEL_FLEX"
    running = record.state in (*states.ANSWERING, states.UPDATING) and record.own.get("serving") is not None
    return {
        "systemInfraType": "MANAGED_COMPUTE_CLUSTER" if flexible else "INSTANCE_POOL",
        "currentInstanceCount": instance_count(record.seen) if running else 0,
    }
