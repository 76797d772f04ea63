"""Whether a deployment can be made as its details say."""

from __future__ import annotations

import attrs

from oci_twin.data_science.bodies.deployments import CREATE_CONFIGURATION
from oci_twin.data_science.bodies.where import Where
from oci_twin.data_science.deployments.environments import require_environment
from oci_twin.data_science.deployments.instances import require_instance
from oci_twin.data_science.deployments.scaling import require_scaling
from oci_twin.data_science.deployments.sections import (
    CONFIGURATION,
    Details,
    configuration,
    environment,
    group_id,
    model_id,
    scaled_section,
)
from oci_twin.data_science.models.catalog import Catalog
from oci_twin.data_science.refusals import invalid, not_found
from oci_twin.http.call import Refusal


@attrs.frozen
class Checks:
    """What a deployment has to be, and what has to be there for it."""

    catalog: Catalog

    def require_whole(self, details: Details) -> None:
        """Lets a configuration pass that could have been created so, after something was taken from it.

        Raises:
            Refusal: 400.
        """
        CREATE_CONFIGURATION.read(configuration(details), Where(CONFIGURATION))

    def require_possible(self, details: Details) -> None:
        """Lets details pass that are within all limits.

        Raises:
            Refusal: 400.
        """
        around = self.catalog.around
        section = scaled_section(details)
        if "instanceConfiguration" in section:
            require_instance(section["instanceConfiguration"], around.shapes, around.behaviour)
        require_scaling(section)
        require_environment(environment(details), around.images, around.behaviour)

    def require_servable(self, details: Details, compartment_id: str) -> None:
        """Lets details pass whose model or group can be deployed.

        Raises:
            Refusal: 404, it is not there; 409, it is not ACTIVE; 400, it has no artifact or is elsewhere.
        """
        model = model_id(details)
        if model is not None:
            self._require_model(model, compartment_id)
            return
        group = self.catalog.groups.live(str(group_id(details)))
        if group.state != "ACTIVE":
            status = self.catalog.around.behaviour.inactive_model_status
            raise Refusal(status, "IncorrectState", f"{group.id} is {group.state}, not ACTIVE.")

    def _require_model(self, model_id: str, compartment_id: str) -> None:
        behaviour = self.catalog.around.behaviour
        model = self.catalog.live(model_id)
        if model.state != "ACTIVE":
            code = "IncorrectState" if behaviour.inactive_model_status == 409 else "InvalidParameter"
            raise Refusal(behaviour.inactive_model_status, code, f"{model.id} is {model.state}, not ACTIVE.")
        if not self.catalog.has_artifact(model):
            code = "IncorrectState" if behaviour.model_without_artifact_status == 409 else "InvalidParameter"
            raise Refusal(behaviour.model_without_artifact_status, code, f"{model.id} has no artifact.")
        if behaviour.model_in_same_compartment and model.seen["compartmentId"] != compartment_id:
            raise invalid(f"{model.id} is in another compartment than its deployment.")

    def require_logs(self, details: Details) -> None:
        """Lets details pass whose logs are there.

        Raises:
            Refusal: 404.
        """
        for log in (details.get("categoryLogDetails") or {}).values():
            if not self.catalog.around.log_exists(log["logGroupId"], log["logId"]):
                raise not_found(log["logId"])
