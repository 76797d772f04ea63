"""Fetches the model of the first argument into the folder of the second, and prints what went wrong."""

from __future__ import annotations

import sys
from pathlib import Path

from oci_mlflow_core.errors import DeploymentError
from oci_mlflow_core.testing.progress_sink import RecordingStep
from oci_mlflow_plugin.adapters.mlflow_artifacts.source import MlflowArtifactSource

source = MlflowArtifactSource()
try:
    source.fetch(source.resolve(sys.argv[1]), Path(sys.argv[2]), RecordingStep("fetch"))
except DeploymentError as fault:
    print(type(fault).__name__, fault)  # noqa: T201
