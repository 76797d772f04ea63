"""``opc-retry-token``: a call that is sent twice takes effect once."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from oci_twin.clock import TwinClock
from oci_twin.http.call import Call, Refusal, Reply
from oci_twin.state import State

_KIND = "retry_token"
# as the SDK says of every opc_retry_token
_VALID = timedelta(hours=24)


class RetryTokens:
    """Remembers the answers of calls that carried a retry token, for 24 hours."""

    def __init__(self, state: State, clock: TwinClock) -> None:
        self._state = state
        self._clock = clock

    def answered(self, call: Call) -> Reply | None:
        """The answer that an equal call with this token had, if there was one.

        Raises:
            Refusal: 409 InvalidatedRetryToken when the token came with another call.
        """
        token = call.headers.get("opc-retry-token")
        record = self._state.get(_KIND, token) if token else None
        if record is None or datetime.fromisoformat(record["until"]) <= self._clock.now():
            return None
        if record["fingerprint"] != _fingerprint(call):
            raise Refusal(409, "InvalidatedRetryToken", "The retry token was used with another request.")
        return Reply(record["status"], json=record["json"], headers=record["headers"])

    def remember(self, call: Call, reply: Reply) -> None:
        """Keeps the answer of a call with a token that took effect; a refused call may be sent again."""
        token = call.headers.get("opc-retry-token")
        if token is None or reply.status >= 300 or reply.body is not None:
            return
        record = {
            "fingerprint": _fingerprint(call),
            "until": (self._clock.now() + _VALID).isoformat(),
            "status": reply.status,
            "json": reply.json,
            "headers": dict(reply.headers),
        }
        self._state.put(_KIND, token, record)


def _fingerprint(call: Call) -> str:
    query = repr(sorted(call.query.items()))
    whole = f"{call.method}\n{call.path}\n{query}\n".encode() + call.md5
    return hashlib.sha256(whole).hexdigest()
