from __future__ import annotations

from integration.local import rig

from oci_mlflow_plugin.adapters.local.service import LocalDeployService


def test_a_deployment_answers_predictions(service: LocalDeployService) -> None:
    deployment = rig.active(service)

    predictions = rig.predict(service, deployment, {"inputs": [1, 2]})

    assert {"predictions": [2, 4]} == predictions
