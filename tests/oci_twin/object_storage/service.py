"""The operations of Object Storage."""

from __future__ import annotations

from oci_twin.http.routing import Routes
from oci_twin.object_storage.listing import Listing
from oci_twin.object_storage.moving import Moving
from oci_twin.object_storage.multipart import Multipart
from oci_twin.object_storage.namespaces import Namespaces
from oci_twin.object_storage.objects import Objects
from oci_twin.object_storage.store import ObjectStore
from oci_twin.object_storage.uploads import Uploads


def routes(store: ObjectStore) -> Routes:
    """Every operation that the twin has of Object Storage."""
    uploads = Uploads(store.state)
    every = Routes()
    for part in (Namespaces(store, uploads), Objects(store), Listing(store), Multipart(store, uploads), Moving(store)):
        every.extend(part.routes())
    return every
