"""Calling deployments over HTTP."""

from __future__ import annotations

import http.client
from urllib.parse import urlsplit

import attrs

from oci_mlflow_core.errors import InvalidRequestError, NoSuchDeploymentError, UnavailableError
from oci_mlflow_core.model.deployment import Answer
from oci_mlflow_core.ports.deploy_service import Predictor
from oci_mlflow_plugin.adapters.home.layout import Home
from oci_mlflow_plugin.adapters.local.identity import is_deployment_id
from oci_mlflow_plugin.adapters.local.records import read_order
from oci_mlflow_plugin.adapters.local.supervision.folder import DeploymentFolder

#: Seconds; the server gives up after 60 and says so.
_TIMEOUT = 65.0


@attrs.frozen
class LocalPredictor(Predictor):
    """Posts to deployments of this machine; proxies are not asked."""

    home: Home

    def predict(self, deployment: str, body: bytes, content_type: str = "application/json") -> Answer:
        """The answer as it came.

        Raises:
            NoSuchDeploymentError: There is no deployment of that OCID.
            UnavailableError: Nothing answers there.
        """
        url = self._url(deployment)
        parts = urlsplit(url)
        if parts.scheme != "http" or not parts.hostname:
            raise InvalidRequestError(f"'{deployment}' is neither the OCID nor the URL of a deployment of this machine")
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=_TIMEOUT)
        try:
            connection.request("POST", f"{parts.path.rstrip('/')}/predict", body, {"Content-Type": content_type})
            response = connection.getresponse()
            return _answer(response)
        except (OSError, http.client.HTTPException) as fault:
            raise UnavailableError(
                f"deployment {deployment} cannot be reached at {url}: {fault}",
                "See its state with 'mlflow deployments get -t oci-datascience://local --name <name>'.",
            ) from fault
        finally:
            connection.close()

    def _url(self, deployment: str) -> str:
        if not deployment.startswith("ocid1."):
            return deployment
        order = None
        if is_deployment_id(deployment):
            order = read_order(DeploymentFolder(self.home.deployments / deployment))
        if order is None:
            raise NoSuchDeploymentError(f"there is no deployment {deployment} on this machine")
        return order.url


def _answer(response: http.client.HTTPResponse) -> Answer:
    return Answer(
        status=response.status,
        body=response.read(),
        content_type=response.headers.get_content_type(),
        request_id=response.headers.get("opc-request-id", ""),
    )
