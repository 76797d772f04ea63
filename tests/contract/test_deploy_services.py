from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from integration.local import rig

from oci_mlflow_core.model.artifact import RuntimeArtifact
from oci_mlflow_core.model.deployment import Answer, Deployment
from oci_mlflow_core.ports.deploy_service import DeployService
from oci_mlflow_core.testing.deploy_service import CatalogContract, LifecycleContract, PredictorContract
from oci_mlflow_core.testing.memory_deploy_service import MemoryDeployService, Outcome
from oci_mlflow_plugin.adapters.filesystem_packs.store import FolderPackStore
from oci_mlflow_plugin.adapters.home.layout import Home
from oci_mlflow_plugin.adapters.local.service import LocalDeployService
from oci_mlflow_plugin.adapters.local.supervision.folder import read_json


class TestMemoryDeployService(CatalogContract, LifecycleContract, PredictorContract):
    pause = 0.0

    @pytest.fixture
    def service(self) -> DeployService:
        return MemoryDeployService(
            answers=lambda _deployment, body: Answer(status=400 if body == self.nonsense else 200, body=body)
        )

    @pytest.fixture
    def artifact(self) -> RuntimeArtifact:
        return rig.artifact()

    @pytest.fixture
    def other_artifact(self) -> RuntimeArtifact:
        return rig.artifact("other")

    @pytest.fixture
    def failing_artifact(self) -> RuntimeArtifact:
        return rig.artifact("failing")

    def will_fail(self, service: DeployService) -> None:
        assert isinstance(service, MemoryDeployService)
        service.outcomes.append(Outcome(failure="it cannot be loaded", log_tail=("no",)))

    def kill(self, service: DeployService, deployment: Deployment) -> None:
        assert isinstance(service, MemoryDeployService)
        service.kill(deployment.id, "the end")


class TestLocalDeployService(CatalogContract, LifecycleContract, PredictorContract):
    switches = False
    knows_tokens = False

    @pytest.fixture
    def service(self, tmp_path: Path) -> Iterator[DeployService]:
        home = Home(tmp_path / "home")
        packs = FolderPackStore(home)
        rig.publish(packs, tmp_path)
        service = LocalDeployService(home, packs)
        yield service
        for deployment in service.lifecycle.list():
            service.lifecycle.delete(deployment.id, rig.Quiet())

    @pytest.fixture
    def artifact(self) -> RuntimeArtifact:
        return rig.artifact("print('loaded', flush=True)" + rig.DOUBLES)

    @pytest.fixture
    def other_artifact(self) -> RuntimeArtifact:
        return rig.artifact("print('loaded too', flush=True)" + rig.DOUBLES)

    @pytest.fixture
    def failing_artifact(self) -> RuntimeArtifact:
        return rig.artifact("raise ValueError('no good')")

    def kill(self, service: DeployService, deployment: Deployment) -> None:
        assert isinstance(service, LocalDeployService)
        observed = read_json(service.home.deployments / deployment.id / "observed.json")
        os.kill(observed["servers"][0], signal.SIGKILL)
