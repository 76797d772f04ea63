"""Brings the demonstration's model into service, through the client that MLflow's commands use."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from oci_mlflow_core.errors import InvalidRequestError, NoSuchDeploymentError, UnavailableError
from oci_mlflow_plugin.cli.demonstration.place import (
    BUCKET,
    COLUMNS,
    DEPLOYMENT,
    MODEL,
    MODEL_URI,
    NAMESPACE,
    ROW,
    TARGET,
    Place,
)

if TYPE_CHECKING:
    from oci_mlflow_plugin.client import OciDataScienceDeploymentClient

_DEPLOY_FILE = f"""\
# What 'oci-mlflow demo' deploys with. On this machine the destination is a folder below OCI_MLFLOW_HOME.
kind: deployment
spec:
  runtime:
    kind: runtime
    type: conda
    spec:
      uri:
        name: {MODEL}
        destination: oci://{BUCKET}@{NAMESPACE}/conda-envs
"""
#: Seconds; the first request of a server may wait until its model is warm.
_PATIENCE = 60


def client() -> OciDataScienceDeploymentClient:
    """The client that ``mlflow.deployments.get_deploy_client`` makes, whatever other plugins are installed."""
    from oci_mlflow_plugin.client import OciDataScienceDeploymentClient  # noqa: PLC0415 (imports mlflow)

    return OciDataScienceDeploymentClient(TARGET)


def write_files(place: Place) -> None:
    """Writes the deployment file, and the row in the form that MLflow's own command can read."""
    place.deploy_file.write_text(_DEPLOY_FILE, encoding="utf-8")
    rows = {"dataframe_split": {"columns": COLUMNS, "data": [ROW]}}
    place.rows_file.write_text(json.dumps(rows) + "\n", encoding="utf-8")


def existing() -> dict[str, Any] | None:
    """The deployment that a run of before made, if there is one.

    Raises:
        InvalidRequestError: Somebody else made a deployment of that name.
    """
    from oci_mlflow_plugin.errors import OciMlflowError  # noqa: PLC0415 (imports mlflow)

    try:
        found = client().get_deployment(DEPLOYMENT)
    except OciMlflowError as error:
        if isinstance(error.__cause__, NoSuchDeploymentError):
            return None
        raise
    if not str(found["model_uri"]).startswith(f"models:/{MODEL}/"):
        raise InvalidRequestError(
            f"a deployment is called '{DEPLOYMENT}' that the demo did not make; it serves {found['model_uri']}",
            "Delete it, or let OCI_MLFLOW_HOME name another folder for the demo.",
        )
    return found


def in_service(version: str, place: Place, note: Callable[[str], None]) -> dict[str, Any]:
    """The deployment that serves that version: the one that is there, updated or replaced, or a new one."""
    config = {"deploy-config-file": str(place.deploy_file)}
    found = existing()
    if found is None:
        return client().create_deployment(DEPLOYMENT, MODEL_URI, config=config)
    if found["state"] != "ACTIVE":
        note(f"the deployment '{DEPLOYMENT}' of an earlier run is {found['state']}; it is replaced")
        client().delete_deployment(DEPLOYMENT)
        return client().create_deployment(DEPLOYMENT, MODEL_URI, config=config)
    if found["model_uri"] != f"models:/{MODEL}/{version}":
        note(f"the deployment '{DEPLOYMENT}' of an earlier run serves {found['model_uri']}; it is updated")
        return client().update_deployment(DEPLOYMENT, MODEL_URI, config=config)
    note(f"the deployment '{DEPLOYMENT}' of an earlier run serves this model; it is used as it is")
    return found


def ask(url: str) -> str:
    """Posts the row over HTTP, as any program would; the body of the answer.

    Raises:
        UnavailableError: There is no answer.
    """
    body = json.dumps({"columns": COLUMNS, "index": [0], "data": [ROW]}).encode()
    request = urllib.request.Request(  # noqa: S310 (the URL is that of a server of this machine)
        f"{url}/predict", data=body, headers={"Content-Type": "application/json"}
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=_PATIENCE) as answer:
            return str(answer.read().decode())
    except OSError as fault:
        raise UnavailableError(f"{url}/predict does not answer: {fault}") from fault
