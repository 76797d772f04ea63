"""The operations of Limits, for Data Science and its shapes."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from oci_twin.beginning import Beginning
from oci_twin.http.call import Call, Refusal, Reply
from oci_twin.http.paging import paged
from oci_twin.http.routing import Routes

_SERVICE = "limits"
_BASE = "/20190729"
DATA_SCIENCE = "data-science"

# Names and numbers are the twin's choice; OCI's documentation lists the names of a tenancy in its console only.
OFFERED = {
    "ds-model-deployment-count": 100,
    "ds-standard-e4-flex-regional-count": 200,
    "ds-standard3-flex-regional-count": 100,
    "ds-optimized3-flex-regional-count": 64,
    "ds-gpu-a10-regional-count": 4,
}


class Quotas:
    """How much of each limit there is and is used; a test may change both."""

    def __init__(self, offered: Mapping[str, int] = OFFERED) -> None:
        self._begun = dict(offered)
        self._offered = dict(offered)
        self._used: dict[str, int] = {}

    def reset(self) -> None:
        """Puts back what was offered and used in the beginning."""
        self._offered = dict(self._begun)
        self._used.clear()

    def set(self, name: str, *, limit: int, used: int = 0) -> None:
        self._offered[name] = limit
        self._used[name] = used

    def names(self) -> list[str]:
        return sorted(self._offered)

    def limit(self, name: str) -> int:
        return self._offered[name]

    def used(self, name: str) -> int:
        return self._used.get(name, 0)


@frozen
class Limits:
    """Limits of scope REGION, of one service."""

    begun: Beginning
    quotas: Quotas

    def routes(self) -> Routes:
        routes = Routes()
        availability = "/services/{service}/limits/{limit}/resourceAvailability"
        for path, handler in (
            ("/services", self.list_services),
            ("/limitDefinitions", self.list_limit_definitions),
            ("/limitValues", self.list_limit_values),
            (availability, self.get_resource_availability),
        ):
            routes.add("GET", _BASE + path, handler, service=_SERVICE, operation=handler.__name__)
        return routes

    def list_services(self, call: Call) -> Reply:
        return paged(call, [{"name": DATA_SCIENCE, "description": "Data Science"}])

    def list_limit_definitions(self, call: Call) -> Reply:
        wanted = self._wanted(call)
        return paged(call, [_definition(name) for name in wanted], default=100)

    def list_limit_values(self, call: Call) -> Reply:
        values = [{"name": one, "scopeType": "REGION", "value": self.quotas.limit(one)} for one in self._wanted(call)]
        return paged(call, values, default=100)

    def get_resource_availability(self, call: Call) -> Reply:
        self._require_compartment(call)
        name = call.params["limit"]
        if call.params["service"] != DATA_SCIENCE or name not in self.quotas.names():
            raise _missing(f"{call.params['service']}/{name}")
        used = self.quotas.used(name)
        left = max(self.quotas.limit(name) - used, 0)
        exact = {"fractionalUsage": float(used), "fractionalAvailability": float(left)}
        return Reply(json={"used": used, "available": left, **exact})

    def _wanted(self, call: Call) -> list[str]:
        self._require_compartment(call)
        if call.query.get("serviceName", DATA_SCIENCE) != DATA_SCIENCE:
            return []
        return [name for name in self.quotas.names() if call.query.get("name", name) == name]

    def _require_compartment(self, call: Call) -> None:
        compartment = call.query.get("compartmentId")
        if compartment is None:
            raise Refusal(400, "MissingParameter", "compartmentId is required.")
        if compartment not in (self.begun.tenancy_id, self.begun.compartment_id):
            raise _missing(compartment)


def _definition(name: str) -> dict[str, object]:
    usual = {"scopeType": "REGION", "areQuotasSupported": True, "isResourceAvailabilitySupported": True}
    return {"name": name, "serviceName": DATA_SCIENCE, "description": name, **usual}


def _missing(what: str) -> Refusal:
    return Refusal(404, "NotAuthorizedOrNotFound", f"Authorization failed or requested resource not found: {what}")
