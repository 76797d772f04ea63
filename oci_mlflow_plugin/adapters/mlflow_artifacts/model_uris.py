"""The forms that a model URI can have."""

from __future__ import annotations

import re
import urllib.parse
import urllib.request
from pathlib import Path

import attrs

from oci_mlflow_core.errors import ArtifactError

_MODELS_HINT = (
    "Model URIs of the registry are models:/NAME/VERSION, models:/NAME/latest, models:/NAME/STAGE, models:/NAME@ALIAS "
    "and models:/m-ID."
)
_SCHEME = re.compile(r"^([A-Za-z][A-Za-z0-9+.\-]+):")


@attrs.frozen
class RegisteredUri:
    """A version of a registered model; at most one of the two is given."""

    name: str
    #: A version, ``latest`` or a stage.
    suffix: str = ""
    alias: str = ""


@attrs.frozen
class LoggedModelUri:
    """A logged model of MLflow 3."""

    model_id: str


@attrs.frozen
class RunUri:
    """A path among the artifacts of a run."""

    run_id: str
    #: Empty where the model is all that the run has.
    path: str


@attrs.frozen
class FolderUri:
    """A folder of this machine."""

    path: Path


@attrs.frozen
class StoreUri:
    """A place in an artifact store."""

    uri: str


ModelUri = RegisteredUri | LoggedModelUri | RunUri | FolderUri | StoreUri


def parse_model_uri(uri: str) -> ModelUri:
    """Tells what kind of place `uri` names, without looking there.

    Raises:
        ArtifactError: It has no form that MLflow knows.
    """
    match = _SCHEME.match(uri)
    scheme = match[1].lower() if match else ""
    if scheme == "models":
        return _models(uri, uri[len("models:") :])
    if scheme == "runs":
        return _runs(uri, uri[len("runs:") :])
    if scheme == "file":
        return FolderUri(Path(urllib.request.url2pathname(urllib.parse.urlsplit(uri).path)).absolute())
    if scheme:
        return StoreUri(uri.rstrip("/"))
    if not uri:
        raise ArtifactError(uri, "the model URI is empty", _MODELS_HINT)
    return FolderUri(Path(uri).expanduser().absolute())


def _models(uri: str, rest: str) -> ModelUri:
    if rest.startswith("//"):
        hint = "Name the registry in MLFLOW_REGISTRY_URI and leave the host out of the model URI."
        raise ArtifactError(uri, "a model URI cannot name a host", hint)
    parts = rest.strip("/").split("/")
    if not rest.startswith("/") or not all(part.strip() for part in parts):
        raise ArtifactError(uri, "this is not a model URI of the registry", _MODELS_HINT)
    match parts:
        case [name, suffix]:
            return RegisteredUri(name, suffix=suffix)
        case [only] if "@" in only:
            name, _, alias = only.rpartition("@")
            if name and alias:
                return RegisteredUri(name, alias=alias)
        case [only]:
            return LoggedModelUri(only) if only.startswith("m-") else RegisteredUri(only)
        case _:
            pass
    raise ArtifactError(uri, "this is not a model URI of the registry", _MODELS_HINT)


def _runs(uri: str, rest: str) -> RunUri:
    run_id, _, path = rest.strip("/").partition("/")
    if not rest.startswith("/") or rest.startswith("//") or not run_id:
        raise ArtifactError(uri, "this is not the URI of a run's model", "It has to be runs:/RUN_ID/PATH.")
    return RunUri(run_id, path.strip("/"))
