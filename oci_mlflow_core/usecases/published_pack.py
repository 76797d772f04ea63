"""A pack that is published already, named by the deployment file: what is checked before anything is created."""

from __future__ import annotations

import attrs

from oci_mlflow_core.errors import InvalidRequestError, PackNotFoundError
from oci_mlflow_core.model.artifact import ModelFacts
from oci_mlflow_core.model.pack import ObjectLocation, StoredPack
from oci_mlflow_core.model.service_pack import ServicePack
from oci_mlflow_core.planning.plan import UsePack
from oci_mlflow_core.planning.published_contents import checked_python, mlflow_notes
from oci_mlflow_core.planning.service_index import pack_of_slug
from oci_mlflow_core.ports.service_packs import ServicePacks
from oci_mlflow_core.spec.loaded import LoadedSpec
from oci_mlflow_core.usecases.ports import Ports

_PATH = "spec.runtime.spec.uri"


@attrs.frozen(kw_only=True)
class PublishedPack:
    """A pack that was found where the file says, and what to tell of it."""

    step: UsePack
    #: Its Python, ``major.minor``.
    python: str
    notes: tuple[str, ...] = ()


def published_pack(ports: Ports, facts: ModelFacts, uri: str, python: str | None, loaded: LoadedSpec) -> PublishedPack:
    """Finds the pack that the deployment file names, by its URI or by the slug of one of the service's own; reads only.

    Raises:
        PackNotFoundError: Nothing is published there, or the service has no pack of that slug.
        InvalidRequestError: It has another Python than the file says, or than wrote the model and the file does not
            say that this is meant; or the service has no packs of its own.
    """
    listed = None if uri.startswith("oci://") else _listed(ports, uri, loaded)
    location = ObjectLocation.parse(uri) if listed is None else listed.location
    stored = _stored(ports, location, loaded)
    checked = checked_python(stored, listed, python, facts, loaded)
    of_service = listed is not None or _is_of_service(ports.service_packs, location)
    reason = f"'{uri}' of the service's own, named by the deployment file" if listed else "named by the deployment file"
    return PublishedPack(
        step=UsePack(location=location, reason=reason, of_service=of_service),
        python=checked.python,
        notes=(*checked.notes, *mlflow_notes(stored, listed)),
    )


def _stored(ports: Ports, location: ObjectLocation, loaded: LoadedSpec) -> StoredPack:
    stored = ports.packs.find(location)
    if stored is None:
        raise PackNotFoundError(
            str(location),
            f"no pack is published there ({loaded.where(_PATH)})",
            "Check the URI, or let the pack be built: replace it by a mapping with 'name' and 'destination'.",
        )
    return stored


def _listed(ports: Ports, slug: str, loaded: LoadedSpec) -> ServicePack:
    where = loaded.where(_PATH)
    if ports.service_packs is None:
        raise InvalidRequestError(
            f"{where}: {_PATH}: '{slug}' is no oci:// URI, and the target {ports.target} has no packs of its own "
            "that it could be the slug of",
            "Give the oci:// URI of a published pack, or a mapping with 'name' to build one.",
        )
    return pack_of_slug(slug, ports.service_packs.listed(), where)


def _is_of_service(service_packs: ServicePacks | None, location: ObjectLocation) -> bool:
    """Whether a pack that was named by its URI lies where the service keeps its own."""
    if service_packs is None or location.namespace is None:
        return False
    try:
        home = service_packs.bucket
    except InvalidRequestError:
        return False
    return (location.bucket, location.namespace) == (home.bucket, home.namespace)
