"""Faults, calls and the clock for other processes, below ``/_twin`` and unsigned."""

from __future__ import annotations

from typing import Any

from attrs import asdict, frozen

from oci_twin.clock import ManualClock, TwinClock, rfc3339
from oci_twin.http.call import Call, Refusal, Reply
from oci_twin.http.faults import Fault, Faults
from oci_twin.http.routing import Routes

_SERVICE = "twin"


@frozen
class Scripting:
    """``/_twin/faults``: POST adds one fault or a list, GET shows what is to come, DELETE forgets. ``/_twin/calls``:
    GET shows the record, DELETE forgets it. ``/_twin/clock``: GET tells the time, POST ``{"advance": seconds}``.
    """

    faults: Faults
    clock: TwinClock

    def routes(self) -> Routes:
        routes = Routes()
        for method, path, handler in (
            ("POST", "/_twin/faults", self._add),
            ("GET", "/_twin/faults", self._pending),
            ("DELETE", "/_twin/faults", self._clear),
            ("GET", "/_twin/calls", self._calls),
            ("DELETE", "/_twin/calls", self._forget),
            ("GET", "/_twin/clock", self._now),
            ("POST", "/_twin/clock", self._advance),
        ):
            routes.add(method, path, handler, service=_SERVICE, operation=handler.__name__, signed=False)
        return routes

    def _add(self, call: Call) -> Reply:
        given = call.json()
        for fields in given if isinstance(given, list) else [given]:
            self.faults.add(_fault(fields))
        return Reply(204)

    def _pending(self, call: Call) -> Reply:
        return Reply(json=[asdict(fault) for fault in self.faults.pending()])

    def _clear(self, call: Call) -> Reply:
        self.faults.clear()
        return Reply(204)

    def _calls(self, call: Call) -> Reply:
        return Reply(json=[list(recorded) for recorded in self.faults.calls])

    def _forget(self, call: Call) -> Reply:
        self.faults.forget_calls()
        return Reply(204)

    def _now(self, call: Call) -> Reply:
        return Reply(json={"now": rfc3339(self.clock.now())})

    def _advance(self, call: Call) -> Reply:
        if not isinstance(self.clock, ManualClock):
            raise Refusal(409, "IncorrectState", "The twin runs on the time of this machine.")
        seconds = call.fields().get("advance")
        if not isinstance(seconds, int | float):
            raise Refusal(400, "InvalidParameter", "advance is a number of seconds.")
        self.clock.advance(seconds)
        return self._now(call)


def _fault(fields: dict[str, Any]) -> Fault:
    try:
        return Fault(**fields)
    except (TypeError, ValueError) as error:
        raise Refusal(400, "InvalidParameter", str(error)) from error
