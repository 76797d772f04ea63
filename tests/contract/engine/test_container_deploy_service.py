from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest
from integration.local.containers.deploying import FAILING, artifact, container, script
from integration.local.rig import Quiet
from rig.base_image.well_known import server_image
from rig.engine.found import docker

from oci_mlflow_core.model.artifact import RuntimeArtifact
from oci_mlflow_core.model.deployment import Deployment, FieldChange
from oci_mlflow_core.ports.deploy_service import DeployService, DesiredDeployment
from oci_mlflow_core.testing.deploy_service import CatalogContract, LifecycleContract, PredictorContract
from oci_mlflow_plugin.adapters.filesystem_packs.store import FolderPackStore
from oci_mlflow_plugin.adapters.home.layout import Home
from oci_mlflow_plugin.adapters.local.lifecycle import LocalLifecycle
from oci_mlflow_plugin.adapters.local.service import LocalDeployService
from oci_mlflow_plugin.adapters.local.supervision.folder import read_json


@attrs.frozen(kw_only=True)
class _InContainers(LocalLifecycle):
    """What is ordered without an image is served by this one."""

    image: str

    def create(self, desired: DesiredDeployment) -> Deployment:
        return LocalLifecycle.create(self, self.contained(desired))

    def update(self, deployment_id: str, desired: DesiredDeployment, changes: tuple[FieldChange, ...]) -> Deployment:
        return LocalLifecycle.update(self, deployment_id, self.contained(desired), changes)

    def contained(self, desired: DesiredDeployment) -> DesiredDeployment:
        return attrs.evolve(desired, container=desired.container or container(self.image))


@attrs.frozen(kw_only=True)
class _ContainerService(LocalDeployService):
    image: str

    @property
    def lifecycle(self) -> _InContainers:
        return _InContainers(home=self.home, packs=self.packs, image=self.image)


class TestLocalContainers(CatalogContract, LifecycleContract, PredictorContract):
    switches = False
    knows_tokens = False
    patience = 180.0

    @pytest.fixture
    def service(self, tmp_path: Path, engine: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[DeployService]:
        monkeypatch.setenv("DOCKER_HOST", engine)
        home = Home(tmp_path / "home")
        service = _ContainerService(home=home, packs=FolderPackStore(home), image=server_image(engine))
        yield service
        for deployment in service.lifecycle.list():
            service.lifecycle.delete(deployment.id, Quiet())

    @pytest.fixture
    def artifact(self) -> RuntimeArtifact:
        return artifact()

    @pytest.fixture
    def other_artifact(self) -> RuntimeArtifact:
        return artifact("two")

    @pytest.fixture
    def failing_artifact(self) -> RuntimeArtifact:
        return script(FAILING)

    def completed(self, desired: DesiredDeployment) -> DesiredDeployment:
        return attrs.evolve(desired, container=container(self._image))

    @pytest.fixture(autouse=True)
    def _know_the_image(self, engine: str) -> None:
        self._image = server_image(engine)

    def kill(self, service: DeployService, deployment: Deployment) -> None:
        assert isinstance(service, _ContainerService)
        (marker,) = (service.home.deployments / deployment.id / "containers").iterdir()
        host = read_json(marker)["engine"]["DOCKER_HOST"]
        assert docker(host, "kill", read_json(marker)["name"]).returncode == 0
