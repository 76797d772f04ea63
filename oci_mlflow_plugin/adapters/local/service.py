"""The deploy service of this machine."""

from __future__ import annotations

import time
from collections.abc import Callable

import attrs

from oci_mlflow_core.errors import NoSuchDeploymentError
from oci_mlflow_core.model.deployment import Deployment
from oci_mlflow_core.ports.deploy_service import DeployService
from oci_mlflow_core.ports.pack_store import PackStore
from oci_mlflow_plugin.adapters.home.layout import Home
from oci_mlflow_plugin.adapters.local.catalog import LocalCatalog
from oci_mlflow_plugin.adapters.local.containers.settings import HEALTHY_WITHIN
from oci_mlflow_plugin.adapters.local.foreground import Foreground
from oci_mlflow_plugin.adapters.local.lifecycle import LocalLifecycle
from oci_mlflow_plugin.adapters.local.predictor import LocalPredictor
from oci_mlflow_plugin.adapters.local.supervision.folder import DeploymentFolder, readable_json

_PAUSE = 0.2


@attrs.frozen
class LocalDeployService(DeployService):
    """Models, deployments and predictions of this machine; the state is in the home folder alone."""

    home: Home
    packs: PackStore
    #: On 127.0.0.1, for the deployments that are created; 0 takes a free one.
    port: int = 0
    #: Given for deployments that are to end with this process.
    foreground: Foreground | None = None
    #: Seconds in which a container has to become healthy.
    healthy_within: float = HEALTHY_WITHIN

    @property
    def catalog(self) -> LocalCatalog:
        return LocalCatalog(self.home)

    @property
    def lifecycle(self) -> LocalLifecycle:
        return LocalLifecycle(self.home, self.packs, self.port, self.foreground, self.healthy_within)

    @property
    def predictor(self) -> LocalPredictor:
        return LocalPredictor(self.home)

    def follow(self, deployment_id: str, out: Callable[[str], None]) -> Deployment | None:
        """Hands over what the deployment's server prints, from its start, until the deployment ends or is deleted.

        Args:
            deployment_id: OCID.
            out: Gets pieces of text, not always whole lines.

        Returns:
            The FAILED deployment, or None when it was deleted.
        """
        log = _Log(DeploymentFolder(self.home.deployments / deployment_id))
        while True:
            try:
                deployment = self.lifecycle.get(deployment_id)
            except NoSuchDeploymentError:
                return None
            out(log.news())
            if deployment.state.is_settled and not deployment.state.serves:
                return deployment
            time.sleep(_PAUSE)


class _Log:
    """The log of the generation that serves, from where it was last read."""

    def __init__(self, folder: DeploymentFolder) -> None:
        self._folder = folder
        self._generation = 0
        self._read = 0

    def news(self) -> str:
        generation = int(readable_json(self._folder.observed_file).get("log", self._generation))
        if generation != self._generation:
            self._generation, self._read = generation, 0
        try:
            with self._folder.log(generation).open("rb") as stream:
                stream.seek(self._read)
                text = stream.read()
        except FileNotFoundError:
            return ""
        self._read += len(text)
        return text.decode(errors="replace")
