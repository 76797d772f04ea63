from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest
from integration.local import rig
from integration.oci.deployments.rig import location_in, make_pack, service_on
from oci_twin.twin import Twin

from oci_mlflow_core.errors import NoSuchDeploymentError, UnavailableError
from oci_mlflow_core.model.artifact import RuntimeArtifact
from oci_mlflow_core.model.deployment import Deployment
from oci_mlflow_core.model.pack import ObjectLocation
from oci_mlflow_core.planning.desired import changes_between
from oci_mlflow_core.ports.deploy_service import DeployService, DesiredDeployment
from oci_mlflow_core.spec.infrastructure import Infrastructure, NetworkAccessType, ShapeConfig
from oci_mlflow_core.testing.deploy_service import CatalogContract, LifecycleContract, PredictorContract
from oci_mlflow_plugin.adapters.oci.object_storage.store import OciPackStore
from oci_mlflow_plugin.adapters.oci.service import OciDeployService

#: What the twin keeps deployments as.
_DEPLOYMENTS = "data_science_model_deployment"


@pytest.fixture(scope="module")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Twin]:
    with Twin(tmp_path_factory.mktemp("twin")) as twin:
        yield twin


class TestOciDeployService(CatalogContract, LifecycleContract, PredictorContract):
    @pytest.fixture
    def twin(self, serving: Twin) -> Twin:
        serving.reset()
        self.running = serving
        return serving

    @pytest.fixture
    def location(self, twin: Twin) -> ObjectLocation:
        return location_in(twin)

    @pytest.fixture
    def service(self, twin: Twin, location: ObjectLocation, tmp_path: Path) -> DeployService:
        service = service_on(twin, tmp_path / "home")
        OciPackStore(service.connection).publish(location, make_pack(tmp_path / "pack.tar.gz"), rig.Quiet())
        return service

    @pytest.fixture
    def artifact(self, location: ObjectLocation) -> RuntimeArtifact:
        return rig.artifact("print('loaded', flush=True)" + rig.DOUBLES, location)

    @pytest.fixture
    def other_artifact(self, location: ObjectLocation) -> RuntimeArtifact:
        return rig.artifact("print('loaded too', flush=True)" + rig.DOUBLES, location)

    @pytest.fixture
    def failing_artifact(self, location: ObjectLocation) -> RuntimeArtifact:
        return rig.artifact("raise ValueError('no good')", location)

    def update(self, service: DeployService, deployment: Deployment, artifact: RuntimeArtifact) -> Deployment:
        current = service.lifecycle.describe(deployment.id)
        desired = attrs.evolve(current, model_id=self.register(service, artifact).id)
        return service.lifecycle.update(deployment.id, desired, changes_between(current, desired))

    def kill(self, service: DeployService, deployment: Deployment) -> None:
        """OCI itself restarts servers that end; here it has given up."""
        assert isinstance(service, OciDeployService)
        twin = self.running
        record = twin.state.get(_DEPLOYMENTS, deployment.id)
        assert record is not None
        record["seen"] |= {"lifecycleState": "FAILED", "lifecycleDetails": "The model server ended."}
        twin.state.put(_DEPLOYMENTS, deployment.id, record)

    def completed(self, desired: DesiredDeployment) -> DesiredDeployment:
        """With the place and the instances that the order left to the service's and ADS's defaults."""
        compartment, project = self.running.compartment_id, self.running.project_id
        size = ShapeConfig(ocpus=1, memory_in_gbs=16)
        instances = Infrastructure(
            compartment_id=compartment,
            project_id=project,
            shape_name="VM.Standard.E4.Flex",
            shape_config_details=size,
            replica=1,
            bandwidth_mbps=10,
            network_access_type=NetworkAccessType.MANAGED_NETWORKING_NO_INTERNET_ACCESS,
        )
        return attrs.evolve(desired, compartment_id=compartment, project_id=project, infrastructure=instances)

    def test_2_a_deployment_that_cannot_be_reached_is_unavailable(
        self, service: DeployService, failing_artifact: RuntimeArtifact
    ) -> None:
        """One that does not serve is answered for by OCI, with the same 404 as one that is not there."""
        deployment = self.settled(service, self.create(service, failing_artifact))

        with pytest.raises(NoSuchDeploymentError):
            service.predictor.predict(deployment.id, self.question)
        with pytest.raises(UnavailableError):
            service.predictor.predict(f"http://127.0.0.1:1/{deployment.id}", self.question)
