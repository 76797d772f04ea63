"""Which deployments there are, and what the registry says of the models that they serve."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from oci_mlflow_core.errors import ArtifactError
from oci_mlflow_core.model.deployment import Deployment
from oci_mlflow_core.model.registry_view import RegistryView
from oci_mlflow_core.ports.artifact_source import ArtifactSource
from oci_mlflow_core.ports.deploy_service import DeployService
from oci_mlflow_core.ports.progress_sink import ProgressSink


@attrs.frozen(kw_only=True)
class ListedDeployment:
    """A deployment and the registered version that it serves."""

    deployment: Deployment
    #: None where the registry knows nothing of it, or could not be asked.
    view: RegistryView | None = None


def list_deployments(
    service: DeployService, source: ArtifactSource, progress: ProgressSink
) -> tuple[ListedDeployment, ...]:
    """All deployments of the target, newest first; those that were deleted are not among them.

    A registry that cannot be asked is a note: what is deployed is known without it.
    """
    deployments = tuple(service.lifecycle.list())
    views = _views(source, progress, deployments) if deployments else {}
    return tuple(ListedDeployment(deployment=each, view=views.get(each.id)) for each in deployments)


def _views(
    source: ArtifactSource, progress: ProgressSink, deployments: tuple[Deployment, ...]
) -> Mapping[str, RegistryView]:
    try:
        return source.served({each.id: each.model_uri for each in deployments})
    except ArtifactError as fault:
        progress.note(f"{fault}; the list says nothing of the registry's aliases and stages")
        return {}
