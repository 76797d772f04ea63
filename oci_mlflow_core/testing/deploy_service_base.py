"""What the contracts of a `DeployService`'s three roles share."""
# ruff: noqa: S101 - contract classes are tests, whose names say the fact

from __future__ import annotations

import time
from abc import abstractmethod
from typing import BinaryIO

import attrs
import pytest

from oci_mlflow_core.model.artifact import RuntimeArtifact
from oci_mlflow_core.model.deployment import CatalogModel, Deployment, LifecycleState
from oci_mlflow_core.ports.deploy_service import DeployService, DesiredDeployment, ModelRegistration
from oci_mlflow_core.testing.progress_sink import RecordingStep

#: Of the form that OCI gives, and of nothing that is there.
UNKNOWN = "ocid1.datasciencemodeldeployment.oc1.local." + "0" * 60


@attrs.frozen
class Breaking(RuntimeArtifact):
    """An artifact whose stream breaks off."""

    whole: RuntimeArtifact

    @property
    def size(self) -> int:
        return self.whole.size

    @property
    def sha256(self) -> str:
        return self.whole.sha256

    def open(self) -> BinaryIO:
        raise ConnectionResetError


class DeployServiceContract:
    """What every deploy service does.

    Fixtures: `service`, which has no deployments and ends what a test leaves; `artifact` and `other_artifact`, two
    that can be served and answer `question` with 200 and `nonsense` with 400; `failing_artifact`, whose deployments
    fail with a reason and a log, at once or when they are told to by `will_fail`.
    """

    #: Bodies that are answered with 200 and with 400.
    question = b'{"inputs": [1]}'
    nonsense = b"nonsense"
    #: Seconds between two looks, and for an order to settle.
    pause = 0.05
    patience = 60.0
    #: Whether deployments can be deactivated; a service that has no such state refuses.
    switches = True
    #: Whether an order that is given twice with one retry token is one; not where no answer can get lost.
    knows_tokens = True

    @pytest.fixture
    @abstractmethod
    def service(self) -> DeployService:
        """The service."""

    @pytest.fixture
    @abstractmethod
    def artifact(self) -> RuntimeArtifact:
        """An artifact that can be served."""

    @pytest.fixture
    @abstractmethod
    def other_artifact(self) -> RuntimeArtifact:
        """Another one."""

    @pytest.fixture
    @abstractmethod
    def failing_artifact(self) -> RuntimeArtifact:
        """One that cannot be served."""

    def will_fail(self, service: DeployService) -> None:
        """Called before an order for `failing_artifact`; for services that do not look at artifacts."""

    def completed(self, desired: DesiredDeployment) -> DesiredDeployment:
        """The order as the service describes it: what is left out of it may have been given the service's defaults."""
        return desired

    @abstractmethod
    def kill(self, service: DeployService, deployment: Deployment) -> None:
        """Kills the server of the deployment, which has printed something."""

    def register(self, service: DeployService, artifact: RuntimeArtifact, **tags: str) -> CatalogModel:
        registration = ModelRegistration(display_name="cancer", freeform_tags=tags)
        return service.catalog.register(registration, artifact, RecordingStep("register"))

    def create(self, service: DeployService, artifact: RuntimeArtifact, name: str = "cancer") -> Deployment:
        return service.lifecycle.create(self.desired(service, artifact, name))

    def desired(self, service: DeployService, artifact: RuntimeArtifact, name: str = "cancer") -> DesiredDeployment:
        return DesiredDeployment(name=name, model_id=self.register(service, artifact).id)

    def settled(self, service: DeployService, deployment: Deployment) -> Deployment:
        deadline = time.monotonic() + self.patience
        while not (seen := service.lifecycle.observe(deployment.id).deployment).state.is_settled:
            assert time.monotonic() < deadline, seen
            time.sleep(self.pause)
        return seen

    def active(self, service: DeployService, artifact: RuntimeArtifact, name: str = "cancer") -> Deployment:
        deployment = self.settled(service, self.create(service, artifact, name))
        assert deployment.state is LifecycleState.ACTIVE, deployment
        return deployment

    def update(self, service: DeployService, deployment: Deployment, artifact: RuntimeArtifact) -> Deployment:
        model = self.register(service, artifact)
        desired = attrs.evolve(service.lifecycle.describe(deployment.id), model_id=model.id)
        return service.lifecycle.update(deployment.id, desired, ())

    def answers(self, service: DeployService, deployment: Deployment) -> bool:
        return service.predictor.predict(deployment.id, self.question).status == 200  # noqa: PLR2004 - HTTP
