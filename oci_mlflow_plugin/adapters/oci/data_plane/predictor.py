"""The data plane's part of the deploy service: needs no control plane, and no more than the permission to predict."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

import attrs

from oci_mlflow_core.errors import InvalidRequestError, NoSuchDeploymentError, PayloadError
from oci_mlflow_core.model.deployment import Answer
from oci_mlflow_core.ports.deploy_service import Predictor
from oci_mlflow_plugin.adapters.oci.data_plane.posting import Posting
from oci_mlflow_plugin.adapters.oci.session.connection import Connection

#: Source: OCI documentation, "Invoking a model deployment": the payload is limited to 10 MB.
BODY_LIMIT = 10 * 1024 * 1024
_NOT_FOUND = 404
#: What the service itself answers for a deployment that is not there; a container's own 404 says something else.
_ABSENT = "NotAuthorizedOrNotFound"
_ROUTE = "/predict"


@attrs.frozen
class OciPredictor(Predictor):
    """Posts to deployments by OCID or URL."""

    connection: Connection

    def predict(self, deployment: str, body: bytes, content_type: str = "application/json") -> Answer:
        """The answer as it came.

        Only what certainly was not carried out is repeated: no connection, 429 and 503.

        Raises:
            PayloadError: The body is longer than a deployment takes; nothing was sent.
            InvalidRequestError: It is neither an OCID nor a URL.
            NoSuchDeploymentError: Nothing answers there, or the caller may not predict.
            UnavailableError: It cannot be reached, or does not answer in time.
        """
        if len(body) > BODY_LIMIT:
            raise PayloadError(
                f"the request has {len(body):,} bytes, and a model deployment takes at most {BODY_LIMIT:,} (10 MB)",
                "Send fewer rows at a time.",
            )
        answer = Posting(self.connection, self._url(deployment)).post(body, content_type)
        if answer.status == _NOT_FOUND and _code(answer.body) == _ABSENT:
            raise NoSuchDeploymentError(
                f"no deployment answers at {deployment}: it is not there or not active, or the caller may not predict",
                "The policy for predictions alone is: allow group <group> to "
                "{DATA_SCIENCE_MODEL_DEPLOYMENT_PREDICT} in compartment <compartment>.",
            )
        return answer

    def _url(self, deployment: str) -> str:
        """With its route, which a URL may say itself."""
        if deployment.startswith("ocid1."):
            return f"{self.connection.data_plane_url(deployment)}{_ROUTE}"
        parts = urlsplit(deployment)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise InvalidRequestError(f"'{deployment}' is neither the OCID nor the URL of a deployment")
        if f"{_ROUTE}/" in parts.path.rstrip("/"):
            return deployment.rstrip("/")
        return f"{deployment.rstrip('/').removesuffix(_ROUTE)}{_ROUTE}"


def _code(body: bytes) -> str:
    try:
        told = json.loads(body)
    except ValueError:
        return ""
    return str(told.get("code", "")) if isinstance(told, dict) else ""
