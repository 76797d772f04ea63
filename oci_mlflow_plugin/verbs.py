"""What MLflow's verbs do, one function each, between the client and the use cases; errors are still the core's."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import attrs

from oci_mlflow_core.errors import (
    ArtifactError,
    DeploymentFailedError,
    InvalidRequestError,
    NameInUseError,
    NoSuchDeploymentError,
    ServiceError,
)
from oci_mlflow_core.model.target import Target
from oci_mlflow_core.planning.plan import Plan
from oci_mlflow_core.spec.loaded import LoadedSpec
from oci_mlflow_core.usecases import requests
from oci_mlflow_core.usecases.finding import find_deployment
from oci_mlflow_core.usecases.ports import Ports
from oci_mlflow_core.usecases.predict import names_directly
from oci_mlflow_plugin.composition import compose, compose_foreground, compose_service
from oci_mlflow_plugin.options import ParsedOptions
from oci_mlflow_plugin.results import FLAVOR, DeploymentTable, deployment_result
from oci_mlflow_plugin.spec_file import load_spec

if TYPE_CHECKING:
    from mlflow.deployments import PredictionsResponse

_NO_NAME = "no deployment is named"


def refuse_endpoint(endpoint: str | None) -> None:
    """Raises InvalidRequestError where an endpoint is named: this target has none apart from deployments."""
    if endpoint is not None:
        raise InvalidRequestError(
            f"the target oci-datascience has no endpoints, so '--endpoint {endpoint}' means nothing here",
            "Leave it out; every deployment has a URL of its own.",
        )


def refuse_flavor(flavor: str | None) -> None:
    """Raises InvalidRequestError for any flavor but the one that models are served through."""
    if flavor not in {None, FLAVOR}:
        raise InvalidRequestError(
            f"models are served through their {FLAVOR} flavor, not '{flavor}'", "Leave --flavor out."
        )


def one_name(deployment_name: str | None, endpoint: str | None) -> str:
    """The name of the deployment to call, which MLflow's command line takes in either of two options."""
    if deployment_name and endpoint and deployment_name != endpoint:
        raise InvalidRequestError(
            f"two deployments are named, '{deployment_name}' and '{endpoint}'", "Give one of --name and --endpoint."
        )
    name = deployment_name or endpoint
    if not name:
        raise InvalidRequestError(_NO_NAME, "Name it by its display name, OCID or URL.")
    return name


def create(target: Target, name: str, model_uri: str, options: ParsedOptions) -> dict[str, Any]:
    """Creates a deployment; with ``dry-run`` the name in the result says that nothing was created."""
    from oci_mlflow_core.usecases.create_deployment import create_deployment, plan_create  # noqa: PLC0415

    loaded = loaded_spec(options)
    ports = compose(target, options.command, infrastructure=loaded.spec.infrastructure)
    request = requests.CreateDeployment(name=name, model_uri=model_uri, loaded=loaded, options=options.command)
    if options.command.dry_run:
        plan = _shown(ports, plan_create(ports, request))
        return {"name": f"{name} (dry run, nothing was created)", "flavor": FLAVOR, "plan": str(plan)}
    return deployment_result(create_deployment(ports, request))


def update(target: Target, name: str, model_uri: str | None, options: ParsedOptions) -> dict[str, Any]:
    """Updates a deployment; with ``dry-run`` the flavor in the result, which MLflow prints, says that nothing was."""
    from oci_mlflow_core.usecases.update_deployment import plan_update, update_deployment  # noqa: PLC0415

    loaded = loaded_spec(options)
    ports = compose(target, options.command, infrastructure=loaded.spec.infrastructure)
    request = requests.UpdateDeployment(name=name, model_uri=model_uri, loaded=loaded, options=options.command)
    if options.command.dry_run:
        plan = _shown(ports, plan_update(ports, request))
        return {"name": name, "flavor": f"{FLAVOR}; dry run, nothing was changed", "plan": str(plan)}
    return deployment_result(update_deployment(ports, request))


def delete(target: Target, name: str, options: ParsedOptions) -> None:
    """Deletes a deployment; with ``dry-run`` says that the line that MLflow prints is not true."""
    from oci_mlflow_core.usecases.delete_deployment import delete_deployment, plan_delete  # noqa: PLC0415

    ports = compose(target, options.command)
    request = requests.DeleteDeployment(name=name, options=options.command)
    if options.command.dry_run:
        _shown(ports, plan_delete(ports, request))
        ports.progress.note("dry run: nothing was deleted, whatever MLflow prints next")
        return
    delete_deployment(ports, request)


def listed(target: Target) -> DeploymentTable:
    """All deployments of the target, with what the registry says of the versions that they serve."""
    from oci_mlflow_core.usecases.list_deployments import list_deployments  # noqa: PLC0415

    ports = compose(target)
    return DeploymentTable.of(list_deployments(ports.service, ports.source, ports.progress))


def get(target: Target, name: str) -> dict[str, Any]:
    """One deployment."""
    return deployment_result(find_deployment(compose_service(target).lifecycle, name))


def predict(
    target: Target,
    name: str,
    inputs: Any,  # noqa: ANN401
    params: Mapping[str, Any] | None,
) -> PredictionsResponse:
    """Asks a deployment for predictions."""
    from oci_mlflow_core.usecases import predict as usecase  # noqa: PLC0415
    from oci_mlflow_plugin.payload.decode import decode_answer  # noqa: PLC0415
    from oci_mlflow_plugin.payload.encode import encode_inputs  # noqa: PLC0415

    ports = compose(target)
    body = encode_inputs(_restored(ports, name, inputs), params)
    return decode_answer(usecase.predict(ports.service, name, body), name)


def _restored(ports: Ports, name: str, inputs: Any) -> Any:  # noqa: ANN401
    """A frame with what reading it from a file did to it undone; anything else as it is."""
    if type(inputs).__name__ != "DataFrame":
        return inputs
    from oci_mlflow_plugin.payload.cast import cast_by_signature  # noqa: PLC0415
    from oci_mlflow_plugin.payload.frames import undo_read_json  # noqa: PLC0415

    signature = signature_of(ports, name)
    restored = undo_read_json(inputs, signature)
    if isinstance(restored, dict):
        return restored
    cast, notes = cast_by_signature(restored, signature)
    for note in notes:
        ports.progress.note(note)
    return cast


def signature_of(ports: Ports, name: str) -> dict[str, Any] | None:
    """The signature of the model that the deployment serves, where the deployment and the registry can be asked.

    It only refines what is sent: a caller who may predict and nothing else gets None, and a deployment of the cloud
    that is named by OCID or URL is called without asking anybody about it.
    """
    if ports.service_descriptor.shared and names_directly(name):
        return None
    try:
        uri = find_deployment(ports.service.lifecycle, name).model_uri
        return ports.source.inspect(ports.source.resolve(uri)).signature if uri else None
    except NoSuchDeploymentError:
        if names_directly(name):
            return None
        raise
    except (ArtifactError, ServiceError):
        return None


def run_here(target: Target, name: str, model_uri: str, options: ParsedOptions) -> None:
    """Serves a model on this machine until Ctrl-C; what the server prints goes to stderr."""
    from oci_mlflow_core.usecases.create_deployment import create_deployment  # noqa: PLC0415
    from oci_mlflow_core.usecases.delete_deployment import delete_deployment  # noqa: PLC0415

    ports, service = compose_foreground(target, options.command)
    request = requests.CreateDeployment(
        name=name, model_uri=model_uri, loaded=loaded_spec(options), options=options.command
    )
    try:
        deployment = create_deployment(ports, request)
    except NameInUseError as refusal:
        refusal.hint = "Choose another --name for this run; it is only used while the command runs."
        raise
    try:
        ports.progress.note(f"'{name}' answers at {deployment.url}/predict; Ctrl-C ends it")
        failed = service.follow(deployment.id, _to_stderr)
    except KeyboardInterrupt:
        failed = None
    finally:
        delete_deployment(ports, requests.DeleteDeployment(name=deployment.id))
    if failed is not None:
        raise DeploymentFailedError(name, failed.id, failed.lifecycle_details, failed.log_tail)


def _to_stderr(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()


def loaded_spec(options: ParsedOptions) -> LoadedSpec:
    """The deployment file with its overrides; an empty one where none is named."""
    return load_spec(options.file, environ=os.environ, overrides=options.overrides)


def _shown(ports: Ports, plan: Plan) -> Plan:
    ports.progress.note(str(attrs.evolve(plan, subject=f"{plan.subject} (dry run)")))
    return plan
