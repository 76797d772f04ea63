"""What ``runtime.yaml`` says about the environment of a model.

Source: OCI documentation, "Model runtime.yaml": the four keys of ``MODEL_DEPLOYMENT.INFERENCE_CONDA_ENV`` and
``MODEL_ARTIFACT_VERSION``, of which none may be missing; ADS's schema: the form of the Python version.
"""

from __future__ import annotations

import re
from pathlib import Path

import attrs
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from oci_twin.runtime.failing import CannotServe

_TYPES = ("published", "data_science")
_SECTION = ("MODEL_DEPLOYMENT", "INFERENCE_CONDA_ENV")
_LOCATION = re.compile(r"oci://(?P<bucket>[^@/]+)@(?P<namespace>[^@/]+)/(?P<name>.+)")
_VERSION = re.compile(r"3\.\d+(\.\d+)?")


@attrs.frozen
class PackLocation:
    """An object in Object Storage."""

    namespace: str
    bucket: str
    name: str

    def __str__(self) -> str:
        return f"oci://{self.bucket}@{self.namespace}/{self.name}"


@attrs.frozen
class InferenceEnvironment:
    """The conda environment that a model wants to be served in."""

    slug: str
    kind: str
    location: PackLocation
    python_version: str

    @property
    def python_minor(self) -> str:
        """Such as ``3.10``."""
        return ".".join(self.python_version.split(".")[:2])


def read_runtime_yaml(path: Path) -> InferenceEnvironment:
    """The environment that the file names.

    Raises:
        CannotServe: The file is no YAML, or something in it is missing or wrong.
    """
    document = _document(path)
    _text(document, "MODEL_ARTIFACT_VERSION", "")
    section: object = document
    for number, key in enumerate(_SECTION):
        section = _mapping(section, ".".join(_SECTION[: number + 1]), key)
    prefix = ".".join(_SECTION) + "."
    return InferenceEnvironment(
        _text(section, "INFERENCE_ENV_SLUG", prefix),
        _kind(_text(section, "INFERENCE_ENV_TYPE", prefix)),
        _location(_text(section, "INFERENCE_ENV_PATH", prefix)),
        _version(_text(section, "INFERENCE_PYTHON_VERSION", prefix)),
    )


def _document(path: Path) -> object:
    try:
        return YAML(typ="safe", pure=True).load(path.read_bytes())
    except (YAMLError, UnicodeDecodeError) as error:
        first = str(error).splitlines()[0]
        raise CannotServe(f"runtime.yaml is no YAML: {first}") from error


def _mapping(document: object, name: str, key: str) -> object:
    found = document.get(key) if isinstance(document, dict) else None
    if not isinstance(found, dict):
        raise CannotServe(f"runtime.yaml: {name} is missing or no mapping")
    return found


def _text(section: object, key: str, prefix: str) -> str:
    value = section.get(key) if isinstance(section, dict) else None
    if value is None:
        raise CannotServe(f"runtime.yaml: {prefix}{key} is missing")
    if isinstance(value, float):
        raise CannotServe(f"runtime.yaml: {prefix}{key} is the number {value}, not text; versions have to be quoted")
    if not isinstance(value, str):
        raise CannotServe(f"runtime.yaml: {prefix}{key} is no text")
    return value


def _kind(value: str) -> str:
    if value not in _TYPES:
        raise CannotServe(f"runtime.yaml: INFERENCE_ENV_TYPE is '{value}', neither {' nor '.join(_TYPES)}")
    return value


def _location(value: str) -> PackLocation:
    match = _LOCATION.fullmatch(value)
    if match is None:
        raise CannotServe(f"runtime.yaml: INFERENCE_ENV_PATH is '{value}', not oci://bucket@namespace/path")
    return PackLocation(match["namespace"], match["bucket"], match["name"])


def _version(value: str) -> str:
    if _VERSION.fullmatch(value) is None:
        raise CannotServe(f"runtime.yaml: INFERENCE_PYTHON_VERSION is '{value}', not a Python version such as '3.10'")
    return value
