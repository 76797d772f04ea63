"""The text of ``runtime.yaml``, which tells OCI what environment to lay out for a model."""

from __future__ import annotations

import json

from oci_mlflow_core.model.artifact import RuntimeDescription

#: Source: OCI documentation, "Model artifact: runtime.yaml".
MODEL_ARTIFACT_VERSION = "3.0"


def runtime_yaml(runtime: RuntimeDescription) -> str:
    """The file for this environment, with all four ``INFERENCE_*`` keys; equal descriptions give equal text."""
    environment = {
        "INFERENCE_ENV_PATH": runtime.pack_uri,
        "INFERENCE_ENV_SLUG": runtime.slug,
        "INFERENCE_ENV_TYPE": runtime.type,
        "INFERENCE_PYTHON_VERSION": runtime.python,
    }
    lines = [
        f"MODEL_ARTIFACT_VERSION: '{MODEL_ARTIFACT_VERSION}'",
        "MODEL_DEPLOYMENT:",
        "  INFERENCE_CONDA_ENV:",
        *(f"    {key}: {_quoted(value)}" for key, value in environment.items()),
    ]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    if text.isprintable():
        return "'{}'".format(text.replace("'", "''"))
    return json.dumps(text)
