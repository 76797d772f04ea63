"""Reading the environment files of a model: their texts in, one environment request and notes out."""

from __future__ import annotations

from oci_mlflow_core.planning.environment.request import EnvironmentPlan, environment_request

__all__ = ["EnvironmentPlan", "environment_request"]
