"""Log groups and logs."""

from __future__ import annotations

from typing import Any

from attrs import frozen

from oci_twin.beginning import Beginning
from oci_twin.clock import TwinClock, rfc3339
from oci_twin.http.call import Call, Refusal, Reply
from oci_twin.http.paging import paged
from oci_twin.http.routing import Routes
from oci_twin.state import State

_SERVICE = "logging"
_BASE = "/20200531"
GROUP = "log_group"
LOG = "log"
_FILTERS = ("displayName", "lifecycleState", "logType")


def begin(state: State, begun: Beginning, clock: TwinClock) -> None:
    """Makes the log group and the log that a twin starts with, unless they are there."""
    if state.get(GROUP, begun.log_group_id) is not None:
        return
    now = rfc3339(clock.now())
    usual = {"compartmentId": begun.compartment_id, "lifecycleState": "ACTIVE", "timeCreated": now}
    group = {"id": begun.log_group_id, "displayName": "deployments", **usual}
    log = {"id": begun.log_id, "logGroupId": begun.log_group_id, "displayName": "predict", **usual}
    state.put(GROUP, begun.log_group_id, group)
    state.put(LOG, begun.log_id, {**log, "logType": "CUSTOM", "isEnabled": True, "retentionDuration": 30})


@frozen
class LogCatalogue:
    """What there is to log to."""

    state: State

    def routes(self) -> Routes:
        routes = Routes()
        for path, handler in (
            ("/logGroups", self.list_log_groups),
            ("/logGroups/{group}", self.get_log_group),
            ("/logGroups/{group}/logs", self.list_logs),
            ("/logGroups/{group}/logs/{log}", self.get_log),
        ):
            routes.add("GET", _BASE + path, handler, service=_SERVICE, operation=handler.__name__)
        return routes

    def list_log_groups(self, call: Call) -> Reply:
        compartment = call.query.get("compartmentId")
        if compartment is None:
            raise Refusal(400, "MissingParameter", "compartmentId is required.")
        groups = [one for one in self.state.all(GROUP) if one["compartmentId"] == compartment]
        return paged(call, _filtered(call, groups))

    def get_log_group(self, call: Call) -> Reply:
        return Reply(json=self._group(call), headers={"etag": call.params["group"]})

    def list_logs(self, call: Call) -> Reply:
        group = self._group(call)
        logs = [one for one in self.state.all(LOG) if one["logGroupId"] == group["id"]]
        return paged(call, _filtered(call, logs))

    def get_log(self, call: Call) -> Reply:
        group = self._group(call)
        log = self.state.get(LOG, call.params["log"])
        if log is None or log["logGroupId"] != group["id"]:
            raise _missing(call.params["log"])
        return Reply(json=log, headers={"etag": log["id"]})

    def _group(self, call: Call) -> dict[str, Any]:
        group = self.state.get(GROUP, call.params["group"])
        if group is None:
            raise _missing(call.params["group"])
        return group


def _filtered(call: Call, documents: list[dict[str, Any]]) -> list[dict[str, Any]]:
    wanted = {name: call.query[name] for name in _FILTERS if name in call.query}
    return [one for one in documents if all(one.get(name) == value for name, value in wanted.items())]


def _missing(what: str) -> Refusal:
    return Refusal(404, "NotAuthorizedOrNotFound", f"Authorization failed or requested resource not found: {what}")
