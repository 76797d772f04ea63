"""Calling a deployment."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

from oci_mlflow_core.errors import PredictionError
from oci_mlflow_core.model.deployment import Answer
from oci_mlflow_core.ports.deploy_service import DeployService
from oci_mlflow_core.usecases.finding import find_deployment, is_ocid

_OK = 200


def predict(service: DeployService, name: str, body: bytes, content_type: str = "application/json") -> Answer:
    """The deployment's answer; a name is looked up, an OCID or URL needs nothing but the permission to predict.

    Raises:
        NoSuchDeploymentError: There is none of that name.
        UnavailableError: It cannot be reached.
        PredictionError: It answered with an error.
    """
    answer = service.predictor.predict(_address(service, name), body, content_type)
    if answer.status != _OK:
        raise _refused(name, answer)
    return answer


def _address(service: DeployService, name: str) -> str:
    if is_ocid(name) or urlsplit(name).scheme in {"http", "https"}:
        return name
    return find_deployment(service.lifecycle, name).id


def _refused(name: str, answer: Answer) -> PredictionError:
    text = answer.body.decode(errors="replace").strip()
    code, message = "", text
    try:
        body = json.loads(text)
    except ValueError:
        body = None
    if isinstance(body, dict):
        code = str(body.get("code") or body.get("error_code") or "")
        message = str(body.get("message") or body.get("detail") or text)
    return PredictionError(name, answer.status, code, message or "(the answer is empty)")
