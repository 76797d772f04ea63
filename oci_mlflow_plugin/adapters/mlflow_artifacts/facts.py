"""What a model's own files say."""

from __future__ import annotations

import hashlib
import json
import posixpath
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs

from oci_mlflow_core.errors import ArtifactError, NoSuchModelError
from oci_mlflow_core.model.artifact import ModelFacts, ModelVersion
from oci_mlflow_core.planning.environment.place import without_credentials
from oci_mlflow_plugin.adapters.mlflow_artifacts.storage import MLMODEL, Storage

if TYPE_CHECKING:
    from mlflow.models import Model

_SERVING_INPUT = "serving_input_example.json"
_ENVIRONMENT_FILES = frozenset(
    {"conda.yaml", "python_env.yaml", "constraints.txt", "uv.lock", "pyproject.toml", ".python-version"}
)
_REQUIREMENTS = re.compile(r"^[\w.-]*requirements[\w.-]*\.txt$")
_FOLDER_OF_WHEELS = re.compile(r"(?m)(--find-links|-f)[\s=]")


def read_facts(version: ModelVersion, storage: Storage, workspace: Path) -> ModelFacts:
    """Downloads ``MLmodel``, the environment files and the wheels that these speak of, and nothing else.

    Raises:
        ArtifactError: A file is missing or cannot be read.
    """
    paths = tuple(sorted(storage.all_files()))
    if MLMODEL not in paths:
        raise NoSuchModelError(version.uri, "there is no MLmodel file, so it is not an MLflow model")
    model = _model(version, storage.download(MLMODEL, workspace))
    pyfunc: Mapping[str, Any] = (model.flavors or {}).get("python_function") or {}
    names = [path for path in paths if _is_environment_file(path, _named_by(pyfunc.get("env")))]
    files = {name: _text(version, name, storage.download(name, workspace)) for name in names}
    wheels = tuple(path for path in paths if path.endswith(".whl"))
    facts = ModelFacts(
        version=version,
        flavors=tuple(model.flavors or {}),
        mlflow_version=str(model.mlflow_version or ""),
        time_created=_iso(model.utc_time_created),
        signature=_signature(model),
        serving_input=_serving_input(version, paths, storage, workspace),
        environment_files=files,
        wheels=wheels,
        wheel_digests={path: _sha256(storage.download(path, workspace)) for path in _spoken_of(wheels, files)},
        python_version=str(pyfunc.get("python_version") or ""),
    )
    return attrs.evolve(facts, framework_settings=_scalars((model.flavors or {}).get(facts.framework_flavor)))


def _model(version: ModelVersion, path: Path) -> Model:
    from mlflow.models import Model  # noqa: PLC0415

    try:
        return Model.load(str(path))
    except Exception as fault:  # noqa: BLE001 (YAML errors, missing keys, wrong types: all mean the same)
        said = without_credentials(" ".join(str(fault).split())) or type(fault).__name__
        raise ArtifactError(version.uri, f"its MLmodel file cannot be read: {said}") from None


def _named_by(env: object) -> tuple[str, ...]:
    """Environment files that ``MLmodel`` names: one in MLflow 1, two since MLflow 2."""
    if isinstance(env, str):
        return (env,)
    return tuple(str(name) for name in env.values()) if isinstance(env, Mapping) else ()


def _is_environment_file(path: str, named: tuple[str, ...]) -> bool:
    if path in _ENVIRONMENT_FILES or path in named:
        return True
    return path != "original_requirements.txt" and _REQUIREMENTS.match(path) is not None


def _text(version: ModelVersion, name: str, path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise ArtifactError(version.uri, f"its {name} is not UTF-8 text") from None


def _scalars(settings: object) -> dict[str, str]:
    """Of a flavor's settings those that are one word or number."""
    if not isinstance(settings, Mapping):
        return {}
    return {str(key): str(value) for key, value in settings.items() if isinstance(value, str | int | float)}


def _iso(created: object) -> str:
    """MLflow writes ``2024-05-01 12:00:00.123456``, in UTC."""
    text = str(created or "").strip()
    return f"{text.replace(' ', 'T')}Z" if text else ""


def _signature(model: Model) -> dict[str, Any] | None:
    """The parts of the signature as JSON values; in the file they are JSON within strings."""
    if model.signature is None:
        return None
    parts = model.signature.to_dict()
    return {part: json.loads(text) if isinstance(text, str) else text for part, text in parts.items()}


def _serving_input(version: ModelVersion, paths: tuple[str, ...], storage: Storage, workspace: Path) -> str | None:
    if _SERVING_INPUT not in paths:
        return None
    return _text(version, _SERVING_INPUT, storage.download(_SERVING_INPUT, workspace))


def _spoken_of(wheels: Iterable[str], files: Mapping[str, str]) -> Iterable[str]:
    texts = "\n".join(files.values())
    if _FOLDER_OF_WHEELS.search(texts):
        return wheels
    return [path for path in wheels if posixpath.basename(path) in texts]


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()
