"""Calling deployments over HTTP."""

from __future__ import annotations

import http.client
import shlex
from urllib.parse import urlsplit

import attrs

from oci_mlflow_core.errors import InvalidRequestError, NoSuchDeploymentError, UnavailableError
from oci_mlflow_core.model.deployment import Answer, Deployment, LifecycleState
from oci_mlflow_core.model.routes import PREDICT, predict_route
from oci_mlflow_core.ports.deploy_service import Predictor
from oci_mlflow_plugin.adapters.home.layout import Home
from oci_mlflow_plugin.adapters.local.containers.settings import settings_from
from oci_mlflow_plugin.adapters.local.identity import is_deployment_id
from oci_mlflow_plugin.adapters.local.states import deployment_of
from oci_mlflow_plugin.adapters.local.supervision.folder import DeploymentFolder, readable_json

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
        if not deployment.startswith("ocid1."):
            return self._posted(deployment, PREDICT, body, content_type)
        found = self._found(deployment)
        # its port may be another program's by now
        if found.state is LifecycleState.FAILED:
            raise _silent(found, found.lifecycle_details)
        try:
            return self._posted(found.url, self._path(found), body, content_type)
        except UnavailableError as fault:
            raise self._explained(found, fault) from fault

    def _path(self, deployment: Deployment) -> str:
        """Where it takes predictions; a container may say."""
        folder = DeploymentFolder(self.home.deployments / deployment.id)
        served = readable_json(folder.applied_file).get("launch", {})
        if "container" not in served:
            return PREDICT
        return predict_route((one.suffix, one.methods) for one in settings_from(served["container"]).endpoints)

    def _posted(self, url: str, path: str, body: bytes, content_type: str) -> Answer:
        parts = urlsplit(url)
        if parts.scheme != "http" or not parts.hostname:
            raise InvalidRequestError(f"'{url}' is neither the OCID nor the URL of a deployment of this machine")
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=_TIMEOUT)
        try:
            connection.request("POST", f"{parts.path.rstrip('/')}{path}", body, {"Content-Type": content_type})
            response = connection.getresponse()
            return _answer(response)
        except (OSError, http.client.HTTPException) as fault:
            raise UnavailableError(
                f"{url} does not answer: {fault}", "'mlflow deployments list' shows the deployments and their URLs."
            ) from fault
        finally:
            connection.close()

    def _found(self, deployment_id: str) -> Deployment:
        known = is_deployment_id(deployment_id) and deployment_id in self.home.names_in(self.home.deployments)
        found = deployment_of(DeploymentFolder(self.home.deployments / deployment_id)) if known else None
        if found is None:
            raise NoSuchDeploymentError(f"there is no deployment {deployment_id} on this machine")
        return found

    def _explained(self, before: Deployment, fault: UnavailableError) -> UnavailableError:
        """What became of the deployment meanwhile says more than a broken connection."""
        now = self._found(before.id)
        return _silent(now, now.lifecycle_details if now.state is LifecycleState.FAILED else str(fault.__cause__))


def _silent(deployment: Deployment, reason: str) -> UnavailableError:
    name = f"-t oci-datascience://local --name {shlex.quote(deployment.name)}"
    failed = deployment.state is LifecycleState.FAILED
    return UnavailableError(
        f"deployment '{deployment.name}' is {deployment.state} and does not answer: {reason}",
        f"Delete it and create it again: mlflow deployments delete {name}"
        if failed
        else f"See its state: mlflow deployments get {name}",
    )


def _answer(response: http.client.HTTPResponse) -> Answer:
    return Answer(
        status=response.status,
        body=response.read(),
        content_type=response.headers.get_content_type(),
        request_id=response.headers.get("opc-request-id", ""),
    )
