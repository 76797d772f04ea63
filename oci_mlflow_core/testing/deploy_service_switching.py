"""What every `DeploymentLifecycle` keeps: switching deployments off and on, and orders that are given twice."""
# ruff: noqa: S101 - contract classes are tests, whose names say the fact

from __future__ import annotations

import attrs
import pytest

from oci_mlflow_core.errors import ConflictError, InvalidRequestError, NoSuchDeploymentError, UnavailableError
from oci_mlflow_core.model.artifact import RuntimeArtifact
from oci_mlflow_core.model.deployment import LifecycleState
from oci_mlflow_core.ports.deploy_service import DeployService
from oci_mlflow_core.testing.deploy_service_base import UNKNOWN, DeployServiceContract


class SwitchingContract(DeployServiceContract):
    """The promises 7 and 8 of `DeploymentLifecycle`."""

    def test_7_a_deactivated_deployment_does_not_answer_until_it_is_activated(
        self, service: DeployService, artifact: RuntimeArtifact
    ) -> None:
        self._needs_switches()
        deployment = self.active(service, artifact)

        ordered = service.lifecycle.deactivate(deployment.id)
        off = self.settled(service, deployment)
        # by the permission to predict alone, one that is off cannot be told from one that is not there
        with pytest.raises((UnavailableError, NoSuchDeploymentError)):
            service.predictor.predict(deployment.id, self.question)
        service.lifecycle.activate(deployment.id)
        on = self.settled(service, deployment)

        assert ordered.state is LifecycleState.UPDATING
        assert (off.state, on.state) == (LifecycleState.INACTIVE, LifecycleState.ACTIVE)
        assert {(each.id, each.url, each.model_id) for each in (off, on)} == {
            (deployment.id, deployment.url, deployment.model_id)
        }
        assert self.answers(service, on)

    def test_7_switching_to_what_it_is_orders_nothing(self, service: DeployService, artifact: RuntimeArtifact) -> None:
        self._needs_switches()
        deployment = self.active(service, artifact)

        still_on = service.lifecycle.activate(deployment.id)
        service.lifecycle.deactivate(deployment.id)
        self.settled(service, deployment)
        still_off = service.lifecycle.deactivate(deployment.id)

        assert (still_on.state, still_off.state) == (LifecycleState.ACTIVE, LifecycleState.INACTIVE)

    def test_7_what_is_changed_while_it_is_off_is_served_when_it_is_on(
        self, service: DeployService, artifact: RuntimeArtifact, other_artifact: RuntimeArtifact
    ) -> None:
        self._needs_switches()
        deployment = self.active(service, artifact)
        service.lifecycle.deactivate(deployment.id)
        self.settled(service, deployment)

        self.update(service, deployment, other_artifact)
        changed = self.settled(service, deployment)
        service.lifecycle.activate(deployment.id)
        on = self.settled(service, deployment)

        assert changed.state is LifecycleState.INACTIVE
        assert on.model_id == service.lifecycle.describe(deployment.id).model_id != deployment.model_id
        assert self.answers(service, on)

    def test_7_a_service_without_such_a_state_refuses(self, service: DeployService, artifact: RuntimeArtifact) -> None:
        if self.switches:
            pytest.skip("this service has that state")
        deployment = self.active(service, artifact)

        with pytest.raises(InvalidRequestError):
            service.lifecycle.deactivate(deployment.id)

        assert self.answers(service, deployment)
        assert service.lifecycle.get(deployment.id).state is LifecycleState.ACTIVE

    @pytest.mark.parametrize("order", ["activate", "deactivate"])
    def test_7_what_is_not_there_is_not_switched(self, service: DeployService, order: str) -> None:
        with pytest.raises(NoSuchDeploymentError):
            getattr(service.lifecycle, order)(UNKNOWN)

    @pytest.mark.parametrize("order", ["activate", "deactivate"])
    def test_7_a_deployment_that_settles_still_is_not_switched(
        self, service: DeployService, artifact: RuntimeArtifact, order: str
    ) -> None:
        created = self.create(service, artifact)

        with pytest.raises(ConflictError if self.switches else (ConflictError, InvalidRequestError)):
            getattr(service.lifecycle, order)(created.id)

        assert self.settled(service, created).state is LifecycleState.ACTIVE

    def test_8_an_order_that_is_given_again_is_the_same_deployment(
        self, service: DeployService, artifact: RuntimeArtifact
    ) -> None:
        if not self.knows_tokens:
            pytest.skip("no answer of this service can get lost")
        desired = attrs.evolve(self.desired(service, artifact), retry_token="0123456789abcdef")  # noqa: S106 - not a secret

        first, second = service.lifecycle.create(desired), service.lifecycle.create(desired)

        assert first.id == second.id
        assert [deployment.id for deployment in service.lifecycle.list()] == [first.id]

    def test_8_orders_with_other_tokens_are_other_deployments(
        self, service: DeployService, artifact: RuntimeArtifact
    ) -> None:
        desired = self.desired(service, artifact)

        made = {
            service.lifecycle.create(attrs.evolve(desired, name=token, retry_token=token)).id
            for token in ("one", "two")
        }

        assert len(made) == 2  # noqa: PLR2004 - one for each token

    def _needs_switches(self) -> None:
        if not self.switches:
            pytest.skip("this service has no such state")
