"""Which model an update brings, and how it is run."""

from __future__ import annotations

import attrs

from oci_mlflow_core.errors import InvalidRequestError
from oci_mlflow_core.model.deployment import SCORE_TAG, Deployment
from oci_mlflow_core.ports.deploy_service import DesiredDeployment
from oci_mlflow_core.spec.infrastructure import Infrastructure
from oci_mlflow_core.spec.loaded import LoadedSpec
from oci_mlflow_core.spec.runtime import ContainerRuntime, ImageBuild
from oci_mlflow_core.usecases.model_groups import refuse_without_model_groups
from oci_mlflow_core.usecases.pipeline import ModelDraft, draft_model
from oci_mlflow_core.usecases.ports import Ports
from oci_mlflow_core.usecases.requests import UpdateDeployment
from oci_mlflow_core.usecases.staying_runtime import staying_runtime

_RUNTIME = "spec.runtime.spec"


def next_model(
    ports: Ports, request: UpdateDeployment, deployment: Deployment, current: DesiredDeployment
) -> ModelDraft | None:
    """The model to bring, where a new one is named or the file says anything about how it is run.

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
    if uri is None:
        return None
    if not uri:
        raise InvalidRequestError(
            f"deployment '{deployment.name}' does not say which MLflow model it serves",
            "Name the model with --model-uri; the runtime section of the file needs it.",
        )
    loaded = staying_runtime(ports, _with_shape(request.loaded, current), deployment, current.container)
    return draft_model(ports, ports.source.resolve(uri), loaded, request.options)


def _with_shape(loaded: LoadedSpec, current: DesiredDeployment) -> LoadedSpec:
    """With the shape that stays, where the file names none: it decides what environments are built for."""
    given = loaded.spec.infrastructure or Infrastructure()
    if given.shape_name or not current.infrastructure.shape_name:
        return loaded
    infrastructure = attrs.evolve(given, shape_name=current.infrastructure.shape_name)
    return attrs.evolve(loaded, spec=attrs.evolve(loaded.spec, infrastructure=infrastructure))


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
