"""Packs in OCI Object Storage, for every target that is not this machine."""

from __future__ import annotations

from collections.abc import Iterable

from oci_mlflow_core.hookspecs import PackStoreDescriptor, hookimpl
from oci_mlflow_core.model.target import Session
from oci_mlflow_core.ports.pack_store import PackStore


@hookimpl
def oci_mlflow_register_pack_stores() -> Iterable[PackStoreDescriptor]:
    """Registers the store for ``oci://`` URIs on the targets in Oracle Cloud."""
    yield PackStoreDescriptor(
        scheme="oci",
        region="*",
        summary="Keeps packs in a bucket of OCI Object Storage, where notebooks and deployments find them",
        factory=_store,
    )


def _store(session: Session) -> PackStore:
    from oci_mlflow_plugin.adapters.oci.object_storage.store import OciPackStore  # noqa: PLC0415 - imports oci
    from oci_mlflow_plugin.adapters.oci.session.connection import Connection  # noqa: PLC0415 - when chosen

    return OciPackStore(Connection(session))
