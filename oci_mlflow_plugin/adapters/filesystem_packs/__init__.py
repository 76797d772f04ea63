"""Packs in a folder: what ``oci://`` means on the target that is this machine."""

from __future__ import annotations

from collections.abc import Iterable

from oci_mlflow_core.hookspecs import PackStoreDescriptor, hookimpl
from oci_mlflow_core.model.target import LOCAL, Session
from oci_mlflow_core.ports.pack_store import PackStore


@hookimpl
def oci_mlflow_register_pack_stores() -> Iterable[PackStoreDescriptor]:
    """Registers the store for ``oci://`` URIs on the target ``oci-datascience://local``."""
    yield PackStoreDescriptor(
        scheme="oci",
        region=LOCAL,
        summary="Keeps packs in a folder of this machine, by the path that they would have in Object Storage",
        factory=_store,
    )


def _store(session: Session) -> PackStore:
    from oci_mlflow_plugin.adapters.filesystem_packs.store import FolderPackStore  # noqa: PLC0415 - when chosen
    from oci_mlflow_plugin.adapters.home.layout import Home  # noqa: PLC0415 - when chosen

    return FolderPackStore(Home(session.home))
