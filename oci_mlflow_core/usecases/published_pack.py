"""A pack that is published already, named by the deployment file: what is checked before anything is created."""

from __future__ import annotations

import attrs

from oci_mlflow_core.errors import InvalidRequestError, PackNotFoundError
from oci_mlflow_core.model.artifact import ModelFacts
from oci_mlflow_core.model.pack import ObjectLocation, StoredPack
from oci_mlflow_core.planning.plan import UsePack
from oci_mlflow_core.spec.loaded import LoadedSpec
from oci_mlflow_core.usecases.ports import Ports

_URI_PATH = "spec.runtime.spec.uri"


@attrs.frozen(kw_only=True)
class PublishedPack:
    """A pack that was found where the file says, and what to tell of it."""

    step: UsePack
    #: Its Python, ``major.minor``.
    python: str
    notes: tuple[str, ...] = ()


def published_pack(ports: Ports, facts: ModelFacts, uri: str, python: str | None, loaded: LoadedSpec) -> PublishedPack:
    """Finds the pack that the deployment file names; reads only.

    Raises:
        PackNotFoundError: Nothing is published there.
        InvalidRequestError: It has another Python than the file says.
    """
    if not uri.startswith("oci://"):
        raise InvalidRequestError(
            f"{loaded.where(_URI_PATH)}: {_URI_PATH}: '{uri}' names a service pack of OCI by its slug, "
            "and slugs are not looked up by this version",
            "Give the oci:// URI of a published pack, or a mapping with 'name' to build one.",
        )
    location = ObjectLocation.parse(uri)
    stored = ports.packs.find(location)
    if stored is None:
        raise PackNotFoundError(
            uri,
            f"no pack is published there ({loaded.where(_URI_PATH)})",
            "Check the URI, or let the pack be built: replace it by a mapping with 'name' and 'destination'.",
        )
    return PublishedPack(
        step=UsePack(location=location, reason="named by the deployment file"),
        python=_python_of(stored, python, facts, loaded),
    )


def _python_of(stored: StoredPack, given: str | None, facts: ModelFacts, loaded: LoadedSpec) -> str:
    said = minor_of(stored.manifest.python)
    if given and said and minor_of(given) != said:
        where = loaded.where("spec.runtime.spec.pythonVersion")
        raise InvalidRequestError(
            f"{where}: spec.runtime.spec.pythonVersion: the pack {stored.location} has Python {said}, not {given}",
            "Leave pythonVersion out; the pack says it.",
        )
    if not said and not given:
        raise InvalidRequestError(
            f"{stored.location}: the pack does not say which Python it has",
            f"Set spec.runtime.spec.pythonVersion (the model {facts.version.uri} was logged with its own).",
        )
    return said or minor_of(str(given))


def minor_of(version: str) -> str:
    """``3.11`` of ``3.11.7``."""
    return ".".join(version.split(".")[:2])
