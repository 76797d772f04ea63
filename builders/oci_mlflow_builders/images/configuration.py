"""The two documents that make layers an image: its configuration and its manifest.

Source: the OCI image specification 1.1, "Image Configuration", "Image Manifest" and "Annotations". Nothing in them
depends on when, where or by whom the image was made.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, Final

import attrs

from oci_mlflow_builders.images.layer_files import LayerFile
from oci_mlflow_core.model.canonical import canonical_json

MANIFEST: Final = "application/vnd.oci.image.manifest.v1+json"
_CONFIGURATION: Final = "application/vnd.oci.image.config.v1+json"
_LAYER: Final = "application/vnd.oci.image.layer.v1.tar"
#: 1980-01-01, as of the files in the layers; registries' pages show it.
_CREATED: Final = "1980-01-01T00:00:00Z"
_BY: Final = "oci-mlflow-plugin"
#: What Docker calls the same kinds of layers.
_DOCKER: Final = {
    "application/vnd.docker.image.rootfs.diff.tar.gzip": f"{_LAYER}+gzip",
    "application/vnd.docker.image.rootfs.diff.tar": _LAYER,
}


@attrs.frozen
class Document:
    """A document as it lies in a registry."""

    content: bytes

    @property
    def digest(self) -> str:
        """``sha256:…``."""
        return f"sha256:{hashlib.sha256(self.content).hexdigest()}"


@attrs.frozen(kw_only=True)
class RunSettings:
    """How the image is run."""

    entrypoint: tuple[str, ...]
    #: Beside those of the base.
    environment: Mapping[str, str]
    port: int
    user: str
    folder: str
    labels: Mapping[str, str]


def configuration_of(base: Mapping[str, Any], layers: Sequence[LayerFile], run: RunSettings) -> Document:
    """The image's configuration: that of the base with further layers and with `run` for what the base runs."""
    inherited = base.get("config") or {}
    config = {
        "Env": [f"{name}={value}" for name, value in {**_variables(inherited), **run.environment}.items()],
        "Entrypoint": list(run.entrypoint),
        "ExposedPorts": {f"{run.port}/tcp": {}},
        "User": run.user,
        "WorkingDir": run.folder,
        "Labels": {**(inherited.get("Labels") or {}), **run.labels},
        "StopSignal": "SIGTERM",
    }
    below = base["rootfs"]["diff_ids"]
    root = {"type": "layers", "diff_ids": [*below, *(layer.diff_id for layer in layers)]}
    history = [*_history(base, len(below)), *(_event(layer) for layer in layers)]
    kept = {key: base[key] for key in ("architecture", "os", "variant", "os.version", "os.features") if key in base}
    return _document({**kept, "created": _CREATED, "config": config, "rootfs": root, "history": history})


def manifest_of(base: Sequence[Mapping[str, Any]], layers: Sequence[LayerFile], configuration: Document) -> Document:
    """The image's manifest; `base` are the descriptors of the base's layers."""
    own = [_descriptor(f"{_LAYER}+gzip", layer.layer.digest, layer.layer.size) for layer in layers]
    described = _descriptor(_CONFIGURATION, configuration.digest, len(configuration.content))
    inherited = [
        _descriptor(_DOCKER.get(layer["mediaType"], layer["mediaType"]), layer["digest"], layer["size"])
        for layer in base
    ]
    return _document({"schemaVersion": 2, "mediaType": MANIFEST, "config": described, "layers": [*inherited, *own]})


def search_path(base: Mapping[str, Any], first: str) -> str:
    """The base's ``PATH`` with a folder before all others."""
    usual = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    return f"{first}:{_variables(base.get('config') or {}).get('PATH') or usual}"


def _variables(config: Mapping[str, Any]) -> dict[str, str]:
    pairs = (str(entry).partition("=") for entry in config.get("Env") or [])
    return {name: value for name, _, value in pairs}


def _history(base: Mapping[str, Any], count: int) -> list[Any]:
    """That of the base, made up where it does not fit its layers: there has to be one entry for each."""
    said = base.get("history") or []
    layers = [entry for entry in said if not entry.get("empty_layer")]
    return said if len(layers) == count else [{"created": _CREATED, "comment": "layer of the base"}] * count


def _event(layer: LayerFile) -> dict[str, str]:
    return {"created": _CREATED, "created_by": _BY, "comment": layer.layer.what}


def _descriptor(kind: str, digest: str, size: int) -> dict[str, Any]:
    return {"mediaType": kind, "digest": digest, "size": size}


def _document(plain: Mapping[str, Any]) -> Document:
    return Document(canonical_json(plain).encode())
