"""The index of OCI's own packs. Imports ``oci``; made when it is chosen."""

from __future__ import annotations

import attrs

from oci_mlflow_core.errors import PackStoreError
from oci_mlflow_core.model.pack import ObjectLocation
from oci_mlflow_core.model.service_pack import ServicePack
from oci_mlflow_core.planning.service_index import read_service_index
from oci_mlflow_core.ports.service_packs import ServicePacks
from oci_mlflow_plugin.adapters.oci.object_storage.bucket import bucket_of
from oci_mlflow_plugin.adapters.oci.service_packs.realms import ServiceBucket, service_bucket
from oci_mlflow_plugin.adapters.oci.session.connection import Connection

_HINT = "Give the oci:// URI of a published pack, or let one be built: a mapping with 'name'."


@attrs.frozen
class OciServicePacks(ServicePacks):
    """The packs of the region's realm.

    `listed` raises, besides what the port says, the errors of `calling.call` where OCI refuses or does not answer.
    """

    connection: Connection

    @property
    def bucket(self) -> ObjectLocation:
        """The bucket of the realm."""
        return self._home.location

    def listed(self) -> tuple[ServicePack, ...]:
        """Every pack of the index; one GET."""
        home = self._home
        content = bucket_of(self.connection, home.location).get(home.index)
        where = str(home.location.child(home.index))
        if content is None:
            raise PackStoreError(where, "OCI's index of service packs is not there", _HINT)
        try:
            return read_service_index(content.decode("utf-8"))
        except ValueError as fault:
            raise PackStoreError(where, f"OCI's index of service packs cannot be understood: {fault}", _HINT) from fault

    @property
    def _home(self) -> ServiceBucket:
        return service_bucket(self.connection.region, self.connection.settings)
