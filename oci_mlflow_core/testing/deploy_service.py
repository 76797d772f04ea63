"""What every `DeployService` keeps, one contract a role."""

from __future__ import annotations

from oci_mlflow_core.testing.deploy_service_base import UNKNOWN, DeployServiceContract
from oci_mlflow_core.testing.deploy_service_catalog import CatalogContract
from oci_mlflow_core.testing.deploy_service_lifecycle import LifecycleContract
from oci_mlflow_core.testing.deploy_service_predictor import PredictorContract

__all__ = ["UNKNOWN", "CatalogContract", "DeployServiceContract", "LifecycleContract", "PredictorContract"]
