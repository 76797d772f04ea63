"""What every `DeploymentLifecycle` keeps: making, changing and removing deployments."""
# ruff: noqa: S101 - contract classes are tests, whose names say the fact

from __future__ import annotations

import time

import pytest

from oci_mlflow_core.errors import ConflictError, NoSuchDeploymentError
from oci_mlflow_core.model.artifact import RuntimeArtifact
from oci_mlflow_core.model.deployment import LifecycleState
from oci_mlflow_core.ports.deploy_service import DeployService, DesiredDeployment
from oci_mlflow_core.testing.deploy_service_base import UNKNOWN
from oci_mlflow_core.testing.deploy_service_switching import SwitchingContract
from oci_mlflow_core.testing.progress_sink import RecordingStep


class LifecycleContract(SwitchingContract):
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

        assert service.lifecycle.describe(created.id) == self.completed(desired)
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
