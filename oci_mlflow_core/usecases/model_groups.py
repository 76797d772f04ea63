"""Deployments of model groups, which a service may not have."""

from __future__ import annotations

from oci_mlflow_core.errors import InvalidRequestError
from oci_mlflow_core.spec.loaded import LoadedSpec
from oci_mlflow_core.usecases.ports import Ports

GROUP_PATH = "spec.runtime.spec.modelGroupId"


def refuse_without_model_groups(ports: Ports, loaded: LoadedSpec) -> None:
    """Refuses a file that names a model group where the service is this machine.

    Raises:
        InvalidRequestError: It does.
    """
    runtime = loaded.spec.runtime
    if runtime and runtime.model_group_id and not ports.service_descriptor.shared:
        raise InvalidRequestError(
            f"{loaded.where(GROUP_PATH)}: {GROUP_PATH}: there are no model groups on this machine",
            "Leave modelGroupId out here.",
        )
