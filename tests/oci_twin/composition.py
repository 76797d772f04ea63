"""Every service's routes, put together."""

from __future__ import annotations

from oci_twin.http.routing import Routes
from oci_twin.http.scripting import Scripting
from oci_twin.identity.service import Identity
from oci_twin.limits.service import Limits
from oci_twin.logging.catalogue import LogCatalogue
from oci_twin.logging.search import LogSearch
from oci_twin.object_storage import service as object_storage
from oci_twin.parts import Parts


def all_routes(parts: Parts) -> Routes:
    """The routes of the whole twin."""
    routes = Routes()
    for some in (
        Scripting(parts.faults, parts.clock).routes(),
        object_storage.routes(parts.store),
        Identity(parts.begun).routes(),
        LogCatalogue(parts.state).routes(),
        LogSearch(parts.state, parts.logs).routes(),
        Limits(parts.begun, parts.quotas).routes(),
    ):
        routes.extend(some)
    return routes
