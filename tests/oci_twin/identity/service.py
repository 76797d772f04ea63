"""The operations of Identity."""

from __future__ import annotations

from typing import Any

from attrs import frozen

from oci_twin.beginning import REGION, Beginning
from oci_twin.http.call import Call, Refusal, Reply
from oci_twin.http.paging import paged
from oci_twin.http.routing import Routes
from oci_twin.ids import REGION_KEY

_SERVICE = "identity"
_BASE = "/20160918"
_SINCE = "2024-01-01T00:00:00.000Z"


@frozen
class Identity:
    """One tenancy with one compartment, one user and one region; all of it only to be looked at."""

    begun: Beginning

    def routes(self) -> Routes:
        routes = Routes()
        for path, handler in (
            ("/compartments", self.list_compartments),
            ("/compartments/{id}", self.get_compartment),
            ("/tenancies/{id}", self.get_tenancy),
            ("/tenancies/{id}/regionSubscriptions", self.list_region_subscriptions),
            ("/users/{id}", self.get_user),
            ("/regions", self.list_regions),
        ):
            routes.add("GET", _BASE + path, handler, service=_SERVICE, operation=handler.__name__)
        return routes

    def get_compartment(self, call: Call) -> Reply:
        wanted = call.params["id"]
        for compartment in self._compartments():
            if compartment["id"] == wanted:
                return Reply(json=compartment, headers={"etag": wanted})
        raise _missing(wanted)

    def list_compartments(self, call: Call) -> Reply:
        parent = call.query.get("compartmentId")
        if parent is None:
            raise Refusal(400, "MissingParameter", "compartmentId is required.")
        if parent not in (self.begun.tenancy_id, self.begun.compartment_id):
            raise _missing(parent)
        return paged(call, [one for one in self._compartments() if one["compartmentId"] == parent])

    def get_tenancy(self, call: Call) -> Reply:
        self._require_tenancy(call)
        return Reply(json={"id": self.begun.tenancy_id, "name": "twin", "homeRegionKey": REGION_KEY.upper()})

    def list_region_subscriptions(self, call: Call) -> Reply:
        self._require_tenancy(call)
        return Reply(json=[{**_region("regionKey", "regionName"), "status": "READY", "isHomeRegion": True}])

    def get_user(self, call: Call) -> Reply:
        if call.params["id"] != self.begun.user_id:
            raise _missing(call.params["id"])
        user = {"id": self.begun.user_id, "compartmentId": self.begun.tenancy_id, "name": "twin", "description": ""}
        return Reply(json={**user, "timeCreated": _SINCE, "lifecycleState": "ACTIVE"})

    def list_regions(self, call: Call) -> Reply:
        return Reply(json=[_region("key", "name")])

    def _require_tenancy(self, call: Call) -> None:
        if call.params["id"] != self.begun.tenancy_id:
            raise _missing(call.params["id"])

    def _compartments(self) -> list[dict[str, Any]]:
        begun = self.begun
        root = {"id": begun.tenancy_id, "name": "twin", "description": "the tenancy"}
        own = {"id": begun.compartment_id, "name": "models", "description": "a compartment"}
        both = {"lifecycleState": "ACTIVE", "timeCreated": _SINCE, "compartmentId": begun.tenancy_id}
        return [{**root, **both, "compartmentId": ""}, {**own, **both}]


def _region(key: str, name: str) -> dict[str, Any]:
    return {key: REGION_KEY.upper(), name: REGION}


def _missing(what: str) -> Refusal:
    return Refusal(404, "NotAuthorizedOrNotFound", f"Authorization failed or requested resource not found: {what}")
