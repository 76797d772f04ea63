"""What can befall one call, column by column."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs
from oci_twin.http.faults import Fault

#: Operations that change nothing: what comes before their effect and after it is the same.
READING = ("get_", "head_", "list_")
#: Operations whose body is sent as it is, so that a bit of it can be flipped on its way.
UPLOADING = frozenset({"put_object", "upload_part", "create_model_artifact"})
STATUSES = (401, 404, 409, 412, 413, 429, 500, 503)
#: Columns of what also stays for the rest of a command: one of each kind.
STAYING = ("401", "404", "409", "429", "503", "reset")
#: Seconds; far more than a client waits.
LATE = 600.0


@attrs.frozen(kw_only=True)
class Mishap:
    """One way in which a call fails."""

    column: str
    #: What the twin is told, but for whom it befalls and how often.
    fault: dict[str, Any]
    after_effect: bool = False
    #: Whether the client gives up waiting for an answer.
    late: bool = False

    def told(self, operation: str, skip: int, *, lasting: bool) -> Fault:
        times = None if lasting else 1
        return Fault(operation=operation, skip=skip, times=times, after_effect=self.after_effect, **self.fault)


def mishaps_of(operation: str) -> Iterator[Mishap]:
    """Everything that can befall a call of that operation."""
    moments = (False,) if operation.startswith(READING) else (False, True)
    for after in moments:
        for status in STATUSES:
            yield Mishap(column=str(status), fault={"kind": "status", "status": status}, after_effect=after)
        yield Mishap(
            column="429, Retry-After",
            fault={"kind": "status", "status": 429, "headers": {"retry-after": "7"}},
            after_effect=after,
        )
        yield Mishap(column="reset", fault={"kind": "reset_after" if after else "reset_before"}, after_effect=after)
        yield Mishap(column="no answer", fault={"kind": "delay", "seconds": LATE}, after_effect=after, late=True)
    yield Mishap(column="cut short", fault={"kind": "truncate"}, after_effect=True)
    if operation in UPLOADING:
        yield Mishap(column="corrupted", fault={"kind": "corrupt"})


COLUMNS = (
    *map(str, STATUSES[:6]),
    "429, Retry-After",
    *map(str, STATUSES[6:]),
    "reset",
    "no answer",
    "cut short",
    "corrupted",
)
