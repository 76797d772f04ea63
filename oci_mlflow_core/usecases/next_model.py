"""Which model an update brings, and how it is run."""

from __future__ import annotations

import attrs

from oci_mlflow_core.errors import InvalidRequestError
from oci_mlflow_core.model.deployment import SCORE_TAG, Deployment
from oci_mlflow_core.planning.environment_target import platform_of
from oci_mlflow_core.ports.deploy_service import DesiredDeployment
from oci_mlflow_core.spec.infrastructure import Infrastructure
from oci_mlflow_core.spec.loaded import LoadedSpec
from oci_mlflow_core.spec.runtime import ContainerRuntime, ImageBuild
from oci_mlflow_core.usecases.model_draft import ModelDraft, draft_model
from oci_mlflow_core.usecases.model_groups import refuse_without_model_groups
from oci_mlflow_core.usecases.ports import Ports
from oci_mlflow_core.usecases.requests import UpdateDeployment
from oci_mlflow_core.usecases.staying_runtime import staying_runtime

_RUNTIME = "spec.runtime.spec"


def next_model(
    ports: Ports,
    request: UpdateDeployment,
    deployment: Deployment,
    current: DesiredDeployment,
    infrastructure: Infrastructure,
) -> ModelDraft | None:
    """The model to bring, where a new one is named, the file says how it is run, or its machines are of another kind.

    Args:
        ports: What is asked.
        request: The update.
        deployment: As it is.
        current: All of its settings.
        infrastructure: What it is to run on, also where the file leaves that as it is: the pack is made for it.

    Raises:
        InvalidRequestError: It is not known which model, or the deployment serves a model group.
        ArtifactError: The model's files cannot be read, or it cannot be served.
    """
    refuse_without_model_groups(ports, request.loaded)
    says_how = _says_how(request.loaded, deployment, current)
    runtime = request.loaded.spec.runtime
    if current.model_group_id or (runtime and runtime.model_group_id):
        _refuse_for_a_group(request, deployment, says_how=says_how)
        return None
    uri = request.model_uri or (deployment.model_uri if says_how else None)
    if uri is None and current.container is None and _moves(ports, current.infrastructure, infrastructure):
        # of a model that is not known the pack cannot be made anew
        uri = deployment.model_uri or None
    if uri is None:
        return None
    if not uri:
        raise InvalidRequestError(
            f"deployment '{deployment.name}' does not say which MLflow model it serves",
            "Name the model with --model-uri; the runtime section of the file needs it.",
        )
    loaded = staying_runtime(ports, request.loaded, deployment, current.container)
    return draft_model(ports, ports.source.resolve(uri), _on(infrastructure, loaded), request.options)


def _moves(ports: Ports, before: Infrastructure, after: Infrastructure) -> bool:
    """Whether the new machines have another processor, for which the pack that is served was not made."""
    return not ports.target.is_local and platform_of(before) is not platform_of(after)


def _on(infrastructure: Infrastructure, loaded: LoadedSpec) -> LoadedSpec:
    """The specification with the shape that the deployment has, where the file names none."""
    given = attrs.evolve(loaded.spec.infrastructure or Infrastructure(), shape_name=infrastructure.shape_name)
    return attrs.evolve(loaded, spec=attrs.evolve(loaded.spec, infrastructure=given))


def _says_how(loaded: LoadedSpec, deployment: Deployment, current: DesiredDeployment) -> bool:
    """Whether the file asks for another artifact or image: another pack or score.py, or the other type of runtime."""
    runtime = loaded.spec.runtime
    if runtime is None:
        return False
    if isinstance(runtime, ContainerRuntime) is not (current.container is not None):
        return True
    if isinstance(runtime, ContainerRuntime):
        return isinstance(runtime.image, ImageBuild)
    gives_up_score_code = f"{_RUNTIME}.scoreCode" in loaded.resets and SCORE_TAG in deployment.freeform_tags
    return (
        runtime.uri is not None
        or runtime.score_code is not None
        or f"{_RUNTIME}.uri" in loaded.resets
        or gives_up_score_code
    )


def _refuse_for_a_group(request: UpdateDeployment, deployment: Deployment, *, says_how: bool) -> None:
    if request.model_uri or (
        says_how and request.loaded.spec.runtime and not request.loaded.spec.runtime.model_group_id
    ):
        raise InvalidRequestError(
            f"deployment '{deployment.name}' serves a model group, whose models are changed in the group",
            f"Leave --model-uri, uri and scoreCode out; {_RUNTIME}.modelGroupId names another group.",
        )
