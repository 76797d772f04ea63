"""What MLflow's verbs do, one function each, between the client and the use cases; errors are still the core's."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import attrs

from oci_mlflow_core.errors import InvalidRequestError
from oci_mlflow_core.model.target import Target
from oci_mlflow_core.planning.plan import Plan
from oci_mlflow_core.ports.bundle import Ports
from oci_mlflow_core.spec.reading import LoadedSpec
from oci_mlflow_core.usecases import requests
from oci_mlflow_core.usecases.finding import find_deployment
from oci_mlflow_plugin.composition import compose, compose_service
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

    _refuse_blank(name)
    ports = compose(target, options.command)
    request = requests.CreateDeployment(
        name=name, model_uri=model_uri, loaded=loaded_spec(options), options=options.command
    )
    if options.command.dry_run:
        plan = _shown(ports, plan_create(ports, request))
        return {"name": f"{name} (dry run, nothing was created)", "flavor": FLAVOR, "plan": str(plan)}
    return deployment_result(create_deployment(ports, request))


def update(target: Target, name: str, model_uri: str | None, options: ParsedOptions) -> dict[str, Any]:
    """Updates a deployment; with ``dry-run`` the flavor in the result, which MLflow prints, says that nothing was."""
    from oci_mlflow_core.usecases.update_deployment import plan_update, update_deployment  # noqa: PLC0415

    ports = compose(target, options.command)
    request = requests.UpdateDeployment(
        name=name, model_uri=model_uri, loaded=loaded_spec(options), options=options.command
    )
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
    """All deployments of the target."""
    from oci_mlflow_core.usecases.list_deployments import list_deployments  # noqa: PLC0415

    return DeploymentTable.of(list_deployments(compose_service(target)))


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
    from oci_mlflow_plugin.payload.decode import predictions_response  # noqa: PLC0415
    from oci_mlflow_plugin.payload.encode import encode_inputs  # noqa: PLC0415
    from oci_mlflow_plugin.payload.frames import undo_read_json  # noqa: PLC0415

    body = encode_inputs(undo_read_json(inputs), params)
    answer = usecase.predict(compose_service(target), name, body)
    return predictions_response(answer.body)


def loaded_spec(options: ParsedOptions) -> LoadedSpec:
    """The deployment file with its overrides; an empty one where none is named."""
    return load_spec(options.file, environ=os.environ, overrides=options.overrides)


def _refuse_blank(name: str) -> None:
    if not name.strip():
        raise InvalidRequestError("the name of the deployment is empty", "Give it one with --name.")


def _shown(ports: Ports, plan: Plan) -> Plan:
    ports.progress.note(str(attrs.evolve(plan, subject=f"{plan.subject} (dry run)")))
    return plan
