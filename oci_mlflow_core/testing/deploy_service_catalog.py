"""What every `ModelCatalog` keeps."""
# ruff: noqa: S101 - contract classes are tests, whose names say the fact

from __future__ import annotations

import pytest

from oci_mlflow_core.errors import ConflictError
from oci_mlflow_core.model.artifact import RuntimeArtifact
from oci_mlflow_core.ports.deploy_service import DeployService
from oci_mlflow_core.testing.deploy_service_base import Breaking, DeployServiceContract


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
            self.register(service, Breaking(artifact), origin="here")

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
