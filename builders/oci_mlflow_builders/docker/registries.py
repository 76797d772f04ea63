"""Registries as an engine is told about them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import attrs

from oci_mlflow_builders.registry.credentials import credentials_for
from oci_mlflow_builders.registry.hosts import answers_at, is_ocir
from oci_mlflow_core.model.image import ImageReference

#: User of a token that is no password, as `oci_mlflow_builders.registry.credentials` gives it.
_IDENTITY_TOKEN: Final = "<token>"  # noqa: S105 - a marker


def engine_name(reference: ImageReference, environ: Mapping[str, str]) -> ImageReference:
    """The name by which an engine reaches the image: another registry may answer in the place of Oracle Cloud's."""
    if not is_ocir(reference.registry):
        return reference
    return attrs.evolve(reference, registry=answers_at(reference.registry, environ))


def engine_login(registry: str, environ: Mapping[str, str]) -> dict[str, str] | None:
    """The user's login as engines take it, or None for nobody's.

    Raises:
        RegistryRefusedError: The configuration or a credential helper cannot be read.
    """
    found = credentials_for(registry, environ)
    if found is None:
        return None
    if found.username == _IDENTITY_TOKEN:
        return {"identitytoken": found.password}
    return {"username": found.username, "password": found.password}
