"""What an artifact's ``runtime.yaml`` says, read as OCI reads it."""

from __future__ import annotations

from pathlib import Path

import attrs

from oci_mlflow_core.errors import DeploymentError, InvalidRequestError
from oci_mlflow_core.model.pack import ObjectLocation
from oci_mlflow_core.spec.document import Document, parse_document

_ENVIRONMENT = ("MODEL_DEPLOYMENT", "INFERENCE_CONDA_ENV")


@attrs.frozen
class InferenceEnvironment:
    """The environment that a model is to run in."""

    pack: ObjectLocation
    #: ``INFERENCE_PYTHON_VERSION`` as it is written; empty where it is left out.
    python: str


def inference_environment(artifact: Path) -> InferenceEnvironment:
    """Reads ``INFERENCE_ENV_PATH`` and ``INFERENCE_PYTHON_VERSION``.

    Raises:
        InvalidRequestError: ``score.py`` or ``runtime.yaml`` is missing, or names no pack that this machine can have.
    """
    for name in ("score.py", "runtime.yaml"):
        if not (artifact / name).is_file():
            raise InvalidRequestError(f"the model's artifact has no {name} at its root, so it cannot be served")
    document = _document(artifact / "runtime.yaml")
    kind = document.text((*_ENVIRONMENT, "INFERENCE_ENV_TYPE")) or "published"
    uri = document.text((*_ENVIRONMENT, "INFERENCE_ENV_PATH")) or ""
    if kind != "published":
        raise InvalidRequestError(
            f"runtime.yaml asks for an environment of type '{kind}' ({uri}), which only OCI has",
            "On this machine use a pack that is built from the model's own environment.",
        )
    try:
        location = ObjectLocation.parse(uri)
    except ValueError as fault:
        raise InvalidRequestError(f"runtime.yaml: INFERENCE_ENV_PATH: {fault}") from fault
    return InferenceEnvironment(location, document.text((*_ENVIRONMENT, "INFERENCE_PYTHON_VERSION")) or "")


def _document(path: Path) -> Document:
    try:
        return parse_document(path.read_text(encoding="utf-8"), "runtime.yaml")
    except (DeploymentError, UnicodeDecodeError) as fault:
        raise InvalidRequestError(f"the model's artifact cannot be served: {fault}") from fault
