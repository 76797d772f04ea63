"""What a create call sends."""

from __future__ import annotations

from oci_mlflow_core.ports.deploy_service import DesiredDeployment
from oci_mlflow_plugin.adapters.oci.deployments.tree.plain import Plain
from oci_mlflow_plugin.adapters.oci.deployments.tree.sections import kind_wanted, wanted_sections

#: Nothing is said where there is nothing to say.
_LEFT_OUT_WHEN_EMPTY = ("description", "freeformTags", "definedTags", "categoryLogDetails")


def create_tree(desired: DesiredDeployment) -> Plain:
    """The whole of a new deployment.

    Source: oci.data_science.models.CreateModelDeploymentDetails.

    Raises:
        InvalidRequestError: A compute target cannot follow the autoscaling that is asked for.
    """
    sections = wanted_sections(desired)
    said = {name: value for name, value in sections.items() if value or name not in _LEFT_OUT_WHEN_EMPTY}
    place = {"compartmentId": desired.compartment_id, "projectId": desired.project_id}
    return kind_wanted(desired).lay_out({**place, **said})
