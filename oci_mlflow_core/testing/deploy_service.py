"""What every `DeployService` keeps."""
# ruff: noqa: S101 - contract classes are tests, whose names say the fact

from __future__ import annotations

import time
from abc import abstractmethod
from typing import BinaryIO

import attrs
import pytest

from oci_mlflow_core.errors import ConflictError, NoSuchDeploymentError, UnavailableError
from oci_mlflow_core.model.artifact import RuntimeArtifact
from oci_mlflow_core.model.deployment import CatalogModel, Deployment, LifecycleState
from oci_mlflow_core.ports.deploy_service import DeployService, DesiredDeployment, ModelRegistration
from oci_mlflow_core.testing.progress_sink import RecordingStep

#: Of the form that OCI gives, and of nothing that is there.
UNKNOWN = "ocid1.datasciencemodeldeployment.oc1.local." + "0" * 60


@attrs.frozen
class _Breaking(RuntimeArtifact):
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

    @abstractmethod
    def kill(self, service: DeployService, deployment: Deployment) -> None:
        """Kills the server of the deployment, which has printed something."""

    def register(self, service: DeployService, artifact: RuntimeArtifact, **tags: str) -> CatalogModel:
        registration = ModelRegistration(display_name="cancer", freeform_tags=tags)
        return service.catalog.register(registration, artifact, RecordingStep("register"))

    def create(self, service: DeployService, artifact: RuntimeArtifact, name: str = "cancer") -> Deployment:
        desired = DesiredDeployment(name=name, model_id=self.register(service, artifact).id)
        return service.lifecycle.create(desired)

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


class CatalogContract(DeployServiceContract):
    """The promises of `ModelCatalog`."""

    def test_1_a_registered_model_is_in_the_catalog(self, service: DeployService, artifact: RuntimeArtifact) -> None:
        model = self.register(service, artifact, origin="here")

        found = service.catalog.find({"origin": "here"})

        assert found == (model,)
        assert (model.display_name, model.freeform_tags) == ("cancer", {"origin": "here"})

    def test_1_a_model_whose_artifact_breaks_off_is_not(
        self, service: DeployService, artifact: RuntimeArtifact
    ) -> None:
        with pytest.raises(ConnectionResetError):
            self.register(service, _Breaking(artifact), origin="here")

        assert service.catalog.find({"origin": "here"}) == ()

    def test_2_only_models_that_carry_all_tags_are_found(
        self, service: DeployService, artifact: RuntimeArtifact
    ) -> None:
        both = self.register(service, artifact, one="1", two="2")
        self.register(service, artifact, one="1")
        self.register(service, artifact, one="1", two="3")

        found = service.catalog.find({"one": "1", "two": "2"})

        assert found == (both,)

    def test_2_deleted_models_are_not_found(self, service: DeployService, artifact: RuntimeArtifact) -> None:
        model = self.register(service, artifact, one="1")

        service.catalog.delete(model.id)

        assert service.catalog.find({"one": "1"}) == ()

    def test_3_deleting_twice_is_no_error(self, service: DeployService, artifact: RuntimeArtifact) -> None:
        model = self.register(service, artifact, one="1")

        service.catalog.delete(model.id)
        service.catalog.delete(model.id)

        assert service.catalog.find({"one": "1"}) == ()

    def test_3_a_model_that_is_served_is_not_deleted(self, service: DeployService, artifact: RuntimeArtifact) -> None:
        deployment = self.active(service, artifact)

        with pytest.raises(ConflictError):
            service.catalog.delete(deployment.model_id)

        assert deployment.model_id in {model.id for model in service.catalog.find({})}


class LifecycleContract(DeployServiceContract):
    """The promises of `DeploymentLifecycle`."""

    def test_1_a_new_deployment_is_observed_until_it_is_active(
        self, service: DeployService, artifact: RuntimeArtifact
    ) -> None:
        created = self.create(service, artifact)

        deployment = self.settled(service, created)

        assert created.state is LifecycleState.CREATING
        assert deployment.state is LifecycleState.ACTIVE
        assert deployment == service.lifecycle.get(created.id)
        assert (deployment.name, deployment.lifecycle_details) == ("cancer", "")

    def test_1_a_deployment_that_cannot_serve_is_failed_with_the_reason(
        self, service: DeployService, failing_artifact: RuntimeArtifact
    ) -> None:
        self.will_fail(service)

        deployment = self.settled(service, self.create(service, failing_artifact))

        assert deployment.state is LifecycleState.FAILED
        assert deployment.lifecycle_details
        assert deployment.log_tail

    def test_1_what_was_ordered_is_described(self, service: DeployService, artifact: RuntimeArtifact) -> None:
        desired = DesiredDeployment(
            name="cancer",
            model_id=self.register(service, artifact).id,
            description="tells good from bad",
            freeform_tags={"team": "oncology"},
            defined_tags={"cost": {"centre": 7}},
            environment_variables={"COLOUR": "red"},
        )

        created = service.lifecycle.create(desired)

        assert service.lifecycle.describe(created.id) == desired
        assert created.freeform_tags == {"team": "oncology"}

    def test_2_an_updated_deployment_answers_at_the_same_url_all_the_time(
        self, service: DeployService, artifact: RuntimeArtifact, other_artifact: RuntimeArtifact
    ) -> None:
        deployment = self.active(service, artifact)

        ordered = self.update(service, deployment, other_artifact)
        answered_meanwhile = self.answers(service, deployment)
        updated = self.settled(service, deployment)

        assert ordered.state is LifecycleState.UPDATING
        assert answered_meanwhile
        assert (updated.state, updated.url) == (LifecycleState.ACTIVE, deployment.url)
        assert updated.model_id == service.lifecycle.describe(deployment.id).model_id != deployment.model_id
        assert self.answers(service, updated)

    def test_2_a_deployment_whose_update_failed_goes_on_to_answer(
        self, service: DeployService, artifact: RuntimeArtifact, failing_artifact: RuntimeArtifact
    ) -> None:
        deployment = self.active(service, artifact)
        self.will_fail(service)

        self.update(service, deployment, failing_artifact)
        updated = self.settled(service, deployment)

        assert updated.state is LifecycleState.NEEDS_ATTENTION
        assert updated.lifecycle_details
        assert updated.log_tail
        assert updated.model_id == service.lifecycle.describe(deployment.id).model_id == deployment.model_id
        assert self.answers(service, updated)

    def test_2_a_deployment_that_settles_still_is_not_updated(
        self, service: DeployService, artifact: RuntimeArtifact
    ) -> None:
        created = self.create(service, artifact)

        with pytest.raises(ConflictError):
            self.update(service, created, artifact)

        assert self.settled(service, created).state is LifecycleState.ACTIVE

    def test_3_deployments_are_listed_newest_first_without_deleted_ones(
        self, service: DeployService, artifact: RuntimeArtifact
    ) -> None:
        first, second, third = (self.create(service, artifact, name) for name in ("b", "c", "a"))
        service.lifecycle.delete(second.id, RecordingStep("delete"))

        listed = [deployment.id for deployment in service.lifecycle.list()]

        assert listed == [third.id, first.id]

    @pytest.mark.parametrize("method", ["get", "describe", "observe"])
    def test_4_what_is_not_there_is_told(self, service: DeployService, method: str) -> None:
        with pytest.raises(NoSuchDeploymentError):
            getattr(service.lifecycle, method)(UNKNOWN)

    def test_4_what_is_not_there_is_not_updated(self, service: DeployService, artifact: RuntimeArtifact) -> None:
        desired = DesiredDeployment(name="cancer", model_id=self.register(service, artifact).id)

        with pytest.raises(NoSuchDeploymentError):
            service.lifecycle.update(UNKNOWN, desired, ())

    def test_4_what_was_deleted_is_not_there_and_can_be_deleted_again(
        self, service: DeployService, artifact: RuntimeArtifact
    ) -> None:
        deployment = self.create(service, artifact)

        service.lifecycle.delete(deployment.id, RecordingStep("delete"))
        service.lifecycle.delete(deployment.id, RecordingStep("delete"))

        with pytest.raises(NoSuchDeploymentError):
            service.lifecycle.get(deployment.id)

    def test_5_a_deployment_whose_server_died_is_failed_with_its_log(
        self, service: DeployService, artifact: RuntimeArtifact
    ) -> None:
        deployment = self.active(service, artifact)

        self.kill(service, deployment)

        deadline = time.monotonic() + self.patience
        while (seen := service.lifecycle.get(deployment.id)).state is LifecycleState.ACTIVE:
            assert time.monotonic() < deadline
            time.sleep(self.pause)
        assert seen.state is LifecycleState.FAILED
        assert seen.log_tail

    def test_6_the_model_stays_when_its_deployment_is_deleted(
        self, service: DeployService, artifact: RuntimeArtifact
    ) -> None:
        deployment = self.active(service, artifact)

        service.lifecycle.delete(deployment.id, RecordingStep("delete"))

        assert list(service.lifecycle.list()) == []
        assert [model.id for model in service.catalog.find({})] == [deployment.model_id]


class PredictorContract(DeployServiceContract):
    """The promises of `Predictor`."""

    def test_1_an_answer_is_returned_as_it_came(self, service: DeployService, artifact: RuntimeArtifact) -> None:
        deployment = self.active(service, artifact)

        good = service.predictor.predict(deployment.id, self.question)
        bad = service.predictor.predict(deployment.id, self.nonsense)

        assert (good.status, bad.status) == (200, 400)
        assert good.body
        assert bad.body
        assert good.content_type == "application/json"

    def test_1_a_deployment_is_called_by_its_url_too(self, service: DeployService, artifact: RuntimeArtifact) -> None:
        deployment = self.active(service, artifact)

        answer = service.predictor.predict(deployment.url, self.question)

        assert answer.status == 200  # noqa: PLR2004 - HTTP

    def test_2_a_deployment_that_is_not_there_is_told(self, service: DeployService) -> None:
        with pytest.raises(NoSuchDeploymentError):
            service.predictor.predict(UNKNOWN, self.question)

    def test_2_a_deployment_that_cannot_be_reached_is_unavailable(
        self, service: DeployService, failing_artifact: RuntimeArtifact
    ) -> None:
        self.will_fail(service)
        deployment = self.settled(service, self.create(service, failing_artifact))

        with pytest.raises(UnavailableError):
            service.predictor.predict(deployment.id, self.question)
