"""Faults on demand: what goes wrong with which operation, and how often."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Literal

from attrs import evolve, field, frozen

Kind = Literal["status", "delay", "reset_before", "reset_after", "truncate", "corrupt"]
KINDS: tuple[str, ...] = ("status", "delay", "reset_before", "reset_after", "truncate", "corrupt")

_CODES = {
    400: "InvalidParameter",
    401: "NotAuthenticated",
    404: "NotAuthorizedOrNotFound",
    409: "IncorrectState",
    412: "NoEtagMatch",
    413: "RequestEntityTooLarge",
    429: "TooManyRequests",
    500: "InternalServerError",
    503: "ServiceUnavailable",
}


def _texts(headers: Mapping[str, object]) -> dict[str, str]:
    return {name: str(value) for name, value in headers.items()}


@frozen(kw_only=True)
class Fault:
    """One thing that goes wrong.

    Attributes:
        operation: The SDK's method name.
        service: Which service's, when several have an operation of that name.
        kind: ``status`` answers with ``status``, ``code`` and ``headers``; ``delay`` answers late; ``reset_before`` and
            ``reset_after`` reset the connection (RST) without an answer, before or after the effect; ``truncate``
            closes the connection within the answer; ``corrupt`` flips a bit: of the body, where the operation uploads
            one unsigned, or else of the answer.
        code: Of ``status``; the service's usual one for that status when it is not given.
        after_effect: Whether ``status`` and ``delay`` come after the operation took effect.
        times: How many calls it befalls; ``None`` for all.
        skip: How many calls it lets pass first.
        seconds: Of ``delay``, by the wall clock. A call that is let go of earlier is reset, and has no effect unless it
            had it before.
    """

    operation: str
    service: str | None = None
    kind: Kind = "status"
    status: int = 503
    code: str | None = None
    headers: Mapping[str, str] = field(factory=dict, converter=_texts)
    after_effect: bool = False
    times: int | None = 1
    skip: int = 0
    seconds: float = 0.0

    def __attrs_post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"A fault is one of {', '.join(KINDS)}, not {self.kind}.")

    @property
    def error_code(self) -> str:
        return self.code or _CODES.get(self.status, "InternalServerError")

    def befalls(self, service: str, operation: str) -> bool:
        return self.operation == operation and self.service in (None, service) and self.times != 0


Recorded = tuple[str, str, int]


class Faults:
    """The script of faults, and the record of calls.

    Attributes:
        calls: (service, operation, status) of each call in the order of their ends; status 0 where none was sent.
    """

    def __init__(self) -> None:
        self.calls: list[Recorded] = []
        self._faults: list[Fault] = []
        self._lock = threading.Lock()
        self._released = threading.Event()

    def add(self, fault: Fault) -> None:
        with self._lock:
            self._faults.append(fault)

    def clear(self) -> None:
        """Forgets the script and lets go of the calls that are delayed; the record of calls stays."""
        with self._lock:
            self._faults.clear()
            self._released.set()
            self._released = threading.Event()

    def delay(self, seconds: float) -> bool:
        """Waits, and says whether it was to the end rather than until the script was forgotten."""
        return not self._released.wait(seconds)

    def pending(self) -> list[Fault]:
        """The faults that are still to come, with what is left of ``times`` and ``skip``."""
        with self._lock:
            return [fault for fault in self._faults if fault.times != 0]

    def take(self, service: str, operation: str) -> Fault | None:
        """The fault that befalls this call, if any; of several the one that was added first."""
        with self._lock:
            for index, fault in enumerate(self._faults):
                if not fault.befalls(service, operation):
                    continue
                if fault.skip:
                    self._faults[index] = evolve(fault, skip=fault.skip - 1)
                    continue
                if fault.times is not None:
                    self._faults[index] = evolve(fault, times=fault.times - 1)
                return fault
        return None

    def record(self, service: str, operation: str, status: int) -> None:
        with self._lock:
            self.calls.append((service, operation, status))

    def forget_calls(self) -> None:
        with self._lock:
            self.calls.clear()
