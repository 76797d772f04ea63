"""From a request to its answer: route, signature, scripted fault, retry token, handler."""

from __future__ import annotations

import logging
import threading

from attrs import evolve, frozen

from oci_twin import ids
from oci_twin.http import misfortune
from oci_twin.http.answer import Answer, answer_of
from oci_twin.http.call import Call, Refusal, Reply
from oci_twin.http.faults import Fault, Faults
from oci_twin.http.misfortune import refused
from oci_twin.http.retry_tokens import RetryTokens
from oci_twin.http.routing import Route, Routes
from oci_twin.http.signatures import Signatures

_LOG = logging.getLogger("oci_twin")


@frozen
class Dispatcher:
    """Answers requests, one at a time as far as state goes.

    Attributes:
        lock: Held by every handler.
    """

    routes: Routes
    signatures: Signatures
    faults: Faults
    retry_tokens: RetryTokens
    lock: threading.RLock

    def answer(self, call: Call, target: str) -> Answer:
        """What is sent back; blocks while the handler works.

        Args:
            target: Path and query exactly as they were sent.
        """
        try:
            route, params = self.routes.find(call.method, call.path)
        except Refusal as refusal:
            return _identified(call, refused(refusal))
        given = self._routed(route, evolve(call, params=params), target)
        if route.signed:
            self.faults.record(route.service, route.operation, given.status)
        return _identified(call, given)

    def _routed(self, route: Route, call: Call, target: str) -> Answer:
        try:
            if route.signed:
                key_id = self.signatures.verify(call, target, body_signed=route.body_signed)
                call = evolve(call, key_id=key_id)
            return self._faulty(route, call, self.faults.take(route.service, route.operation))
        except Refusal as refusal:
            return refused(refusal)
        except Exception:  # noqa: BLE001 - whatever breaks here is answered as a service would
            _LOG.exception("%s %s broke", route.service, route.operation)
            return refused(Refusal(500, "InternalServerError", "The twin broke; its log says where."))

    def _faulty(self, route: Route, call: Call, fault: Fault | None) -> Answer:
        if fault is None:
            return self._effect(route, call)
        instead = misfortune.instead_of_effect(fault, self.faults)
        if instead is not None:
            return instead
        given = self._effect(route, misfortune.as_it_arrives(fault, route, call))
        spoilt = misfortune.spoils_upload(fault, route, call)
        return misfortune.instead_of_answer(fault, self.faults, given, upload_spoilt=spoilt)

    def _effect(self, route: Route, call: Call) -> Answer:
        with self.lock:
            replayed = self._replayed(call)
            if replayed is not None:
                return answer_of(replayed)
            given = route.handler(call)
            if isinstance(given, Reply):
                self.retry_tokens.remember(call, given)
                return answer_of(given)
        return answer_of(given())

    def _replayed(self, call: Call) -> Reply | None:
        return self.retry_tokens.answered(call) if call.method != "GET" else None


def _identified(call: Call, given: Answer) -> Answer:
    own = {"opc-request-id": ids.request_id(call.headers.get("opc-request-id"))}
    if "opc-client-request-id" in call.headers:
        own["opc-client-request-id"] = call.headers["opc-client-request-id"]
    return evolve(given, headers={**given.headers, **own})
