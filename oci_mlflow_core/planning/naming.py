"""How packs and catalog models are called, and where packs go."""

from __future__ import annotations

import re

from oci_mlflow_core.model.artifact import ModelVersion
from oci_mlflow_core.model.environment import Lock
from oci_mlflow_core.model.pack import ObjectLocation, PackManifest, pack_slug

#: Digits of the lock's digest that make a pack's version where the file gives none.
VERSION_DIGITS = 12
#: Characters; what follows the name in a tag has room then.
LONGEST_IMAGE_NAME = 100


def pack_name(given: str | None, model: ModelVersion) -> str:
    """The pack's name: as given, else the registered model's with what OCI forbids replaced by dashes."""
    return given or re.sub(r"[^A-Za-z0-9._-]+", "-", model.suggested_name).strip("-._") or "model"


def image_name(given: str | None, model: ModelVersion) -> str:
    """What an image's tag begins with: as given, else the registered model's name with what tags forbid replaced."""
    return given or pack_name(None, model)[:LONGEST_IMAGE_NAME]


def pack_version(given: str | None, lock: Lock) -> str:
    """The pack's version: as given, else derived from its content, so that changed environments never collide."""
    return given or lock.digest[:VERSION_DIGITS]


def pack_location(destination: ObjectLocation, name: str, version: str, *, gpu: bool) -> ObjectLocation:
    """``<destination>/<cpu|gpu>/<name>/<version>/<slug>``.

    Source: the layout that the environment explorer of OCI's notebooks lists, and ADS publishes.
    """
    return destination.child("gpu" if gpu else "cpu", name, version, pack_slug(name, version))


def pack_manifest(location: ObjectLocation, name: str, lock: Lock, *, version: str, gpu: bool) -> PackManifest:
    """What the pack built from `lock` says of itself."""
    return PackManifest(
        name=name,
        version=version,
        slug=location.name,
        python=lock.python.version,
        arch_type="GPU" if gpu else "CPU",
        pack_path=str(location),
        lock_digest=lock.digest,
        builder=lock.builder,
        platform=lock.platform.value,
        glibc=lock.python.glibc or None,
    )


def model_display_name(model: ModelVersion) -> str:
    """What a model is called in the catalog: its registered name and version, else what its URI ends in."""
    return f"{model.name}-{model.version}" if model.name and model.version else model.suggested_name
