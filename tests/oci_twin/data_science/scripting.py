"""Outcomes for other processes, at ``/_twin/outcomes`` and unsigned."""

from __future__ import annotations

import attrs

from oci_twin.data_science.refusals import invalid
from oci_twin.data_science.work_requests.outcomes import ENDINGS, Outcome, Outcomes
from oci_twin.http.call import Call, Reply
from oci_twin.http.routing import Routes

_SERVICE = "twin"
_PATH = "/_twin/outcomes"


@attrs.frozen
class OutcomeScripting:
    """POST ``{"operation": "MODEL_DEPLOYMENT_CREATE", "ending": "fail", "message": …, "logs": […]}`` adds an outcome,
    GET shows those to come, DELETE forgets them; POST to ``/_twin/outcomes/release`` lets go on what stalls.
    """

    outcomes: Outcomes

    def routes(self) -> Routes:
        routes = Routes()
        for method, path, handler in (
            ("POST", _PATH, self._add),
            ("GET", _PATH, self._pending),
            ("DELETE", _PATH, self._clear),
            ("POST", f"{_PATH}/release", self._release),
        ):
            routes.add(method, path, handler, service=_SERVICE, operation=handler.__name__, signed=False)
        return routes

    def _add(self, call: Call) -> Reply:
        given = call.json()
        if not isinstance(given, dict) or given.get("ending") not in ENDINGS or not given.get("operation"):
            raise invalid(f"An outcome has an operation and an ending, which is one of {', '.join(ENDINGS)}.")
        message = str(given.get("message") or "It was scripted to end so.")
        outcome = Outcome(str(given["operation"]), given["ending"], message, tuple(given.get("logs") or ()))
        self.outcomes.add(outcome)
        return Reply(204)

    def _pending(self, call: Call) -> Reply:
        return Reply(json=[attrs.asdict(outcome) for outcome in self.outcomes.pending()])

    def _clear(self, call: Call) -> Reply:
        self.outcomes.clear()
        return Reply(204)

    def _release(self, call: Call) -> Reply:
        self.outcomes.release()
        return Reply(204)
