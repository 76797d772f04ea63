"""Reading the environment files of a model: their texts in, one environment request and notes out."""

from __future__ import annotations

from oci_mlflow_core.planning.environment.request import EnvironmentPlan, EnvironmentTarget, environment_request

__all__ = ["EnvironmentPlan", "EnvironmentTarget", "environment_request"]
