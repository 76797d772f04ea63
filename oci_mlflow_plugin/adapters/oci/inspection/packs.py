"""The bucket that packs are kept in, and the pack."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from oci_mlflow_core.errors import PackNotFoundError
from oci_mlflow_core.model.pack import ObjectLocation, StoredPack
from oci_mlflow_core.planning.service_index import pack_of_slug
from oci_mlflow_core.ports.inspector import Outcome
from oci_mlflow_core.spec.runtime import CondaRuntime, ContainerRuntime, PackBuild
from oci_mlflow_plugin.adapters.oci.inspection.checking import Examination, Seen, nothing_to_see
from oci_mlflow_plugin.adapters.oci.service_packs.index import OciServicePacks
from oci_mlflow_plugin.adapters.oci.session.calling import call
from oci_mlflow_plugin.adapters.oci.session.errors import PreconditionError

_NO_BUCKET = "the deployment file names no bucket"
#: The etag of no object: a write that asks for it is authorized first, and then refused.
_NOBODYS_ETAG = "00000000-0000-0000-0000-000000000000"
_PROBE = "oci-mlflow-doctor"


def bucket_read(examination: Examination) -> Seen:
    """Whether objects of the bucket can be read."""
    location = _location(examination)
    if location is None:
        return nothing_to_see(_NO_BUCKET)
    _object_storage(examination, f"list objects of {_bucket(location)}", "list_objects", location, limit=1)
    return Seen(told=f"{_bucket(location)} can be read")


def bucket_write(examination: Examination) -> Seen:
    """Whether objects can be written to the bucket, asked by a write that cannot happen."""
    runtime = examination.spec.runtime
    location = _location(examination)
    if location is None:
        return nothing_to_see(_NO_BUCKET)
    if isinstance(runtime, CondaRuntime) and isinstance(runtime.uri, str):
        return nothing_to_see("the pack is published already; nothing is written")
    what = f"write to {_bucket(location)}"
    probe = location.child(_PROBE)
    try:
        _object_storage(examination, what, "put_object", location, probe.path, b"", if_match=_NOBODYS_ETAG, safe=False)
    except PreconditionError:
        return Seen(told=f"{_bucket(location)} can be written to (asked by a write that cannot happen)")
    raise AssertionError(probe)


def pack(examination: Examination) -> Seen:
    """Whether the pack is there, and has the Python that the file asks for and that the model was written with."""
    runtime = examination.spec.runtime
    if isinstance(runtime, ContainerRuntime):
        return nothing_to_see("a container brings its own environment")
    uri = runtime.uri if isinstance(runtime, CondaRuntime) else None
    if not isinstance(uri, str):
        return nothing_to_see("the pack is built from the model's environment when it is deployed")
    location = ObjectLocation.parse(uri) if uri.startswith("oci://") else _of_service(examination, uri)
    stored = examination.packs.find(location)
    if stored is None:
        raise PackNotFoundError(str(location), "no pack is published there")
    return _python_seen(examination, stored)


def _of_service(examination: Examination, slug: str) -> ObjectLocation:
    return pack_of_slug(slug, OciServicePacks(examination.connection).listed()).location


def _python_seen(examination: Examination, stored: StoredPack) -> Seen:
    runtime, facts = examination.spec.runtime, examination.facts
    asked = runtime.python_version if isinstance(runtime, CondaRuntime) else None
    written_with = facts.python_version if facts else None
    size = f"{stored.size / 1_000_000:.0f} MB"
    said = _minor(stored.manifest.python)
    if not said and not asked:
        told = f"'{stored.manifest.slug}', {size}, does not say which Python it has"
        return Seen(told=told, outcome=Outcome.FAILED, remedy="Set spec.runtime.spec.pythonVersion.")
    told = f"'{stored.manifest.slug}' with Python {stored.manifest.python or asked}, {size}"
    if said and asked and _minor(asked) != said:
        told += f", but spec.runtime.spec.pythonVersion is {asked}"
        return Seen(told=told, outcome=Outcome.FAILED, remedy="Leave pythonVersion out; the pack says it.")
    if not written_with:
        return Seen(told=told)
    if _minor(written_with) == (said or _minor(str(asked))):
        return Seen(told=f"{told}, as the model")
    told += f", but the model was written with Python {written_with}"
    if asked:
        return Seen(told=f"{told}; pythonVersion says that this is meant", outcome=Outcome.NOTED)
    return Seen(
        told=told,
        outcome=Outcome.FAILED,
        remedy=(
            f"Name a pack with Python {_minor(written_with)}, "
            "or let one be built: replace uri by a mapping with a destination."
        ),
    )


def _minor(version: str) -> str:
    return ".".join(version.split(".")[:2])


def _location(examination: Examination) -> ObjectLocation | None:
    runtime = examination.spec.runtime
    uri = runtime.uri if isinstance(runtime, CondaRuntime) else None
    if isinstance(uri, PackBuild):
        uri = uri.destination
    return ObjectLocation.parse(uri) if uri and uri.startswith("oci://") else None


def _bucket(location: ObjectLocation) -> str:
    return f"the bucket '{location.bucket}'"


def _object_storage(
    examination: Examination,
    what: str,
    operation: str,
    location: ObjectLocation,
    *arguments: Any,  # noqa: ANN401
    safe: bool = True,
    **named: Any,  # noqa: ANN401
) -> Any:  # noqa: ANN401
    connection = examination.connection
    function: Callable[..., Any] = getattr(connection.object_storage, operation)
    namespace = location.namespace or connection.namespace
    return call(connection.clock, what, function, namespace, location.bucket, *arguments, safe=safe, **named)
