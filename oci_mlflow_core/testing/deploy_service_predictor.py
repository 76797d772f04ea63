"""What every `Predictor` keeps."""
# ruff: noqa: S101 - contract classes are tests, whose names say the fact

from __future__ import annotations

import pytest

from oci_mlflow_core.errors import NoSuchDeploymentError, UnavailableError
from oci_mlflow_core.model.artifact import RuntimeArtifact
from oci_mlflow_core.ports.deploy_service import DeployService
from oci_mlflow_core.testing.deploy_service_base import UNKNOWN, DeployServiceContract


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
