"""What can befall a call, column by column, and how long it lasts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import attrs
from integration.oci.faults.positions import Position, reads
from oci_twin.http.faults import Fault

Extent = Literal["once", "lasting", "away"]
#: That one call; every call of the operation from that one on; every call of any operation from that one on.
EXTENTS: tuple[Extent, ...] = ("once", "lasting", "away")
#: Operations whose body is sent as it is, so that a bit of it can be flipped on its way.
UPLOADING = frozenset({"put_object", "upload_part", "create_model_artifact"})
#: Operations whose answer is a file's bytes.
DOWNLOADING = frozenset({"get_object"})
STATUSES = (400, 401, 403, 404, 409, 412, 413, 429, 500, 502, 503, 504)
#: Codes of those that the twin has none for.
_CODES = {403: "NotAllowed", 502: "BadGateway", 504: "GatewayTimeout"}
_ASKED = "429, Retry-After"
#: Of once only: a size is not too large for a while, and who asks to be asked later answers later.
_PASSING = ("413", _ASKED)
#: What a whole service that is away is like.
_AWAY = ("401", "503", "reset")
#: Of what lasts, for operations that change nothing: one of each kind.
_KINDS = ("401", "404", "409", "429", "503", "reset", "no answer", "cut short", "corrupted")
_ALL = (*map(str, STATUSES[:8]), _ASKED, *map(str, STATUSES[8:]), "reset", "no answer", "cut short", "corrupted")
COLUMNS: dict[Extent, tuple[str, ...]] = {
    "once": _ALL,
    "lasting": tuple(column for column in _ALL if column not in _PASSING),
    "away": _AWAY,
}


@attrs.frozen
class AnyCall(Fault):
    """A fault of every operation of every service."""

    def befalls(self, service: str, operation: str) -> bool:
        return self.times != 0


@attrs.frozen(kw_only=True)
class Mishap:
    """One way in which a call fails."""

    column: str
    #: What the twin is told, but for whom it befalls and how often.
    fault: dict[str, Any]
    after_effect: bool = False

    def told(self, position: Position, extent: Extent) -> Fault:
        fault = {**self.fault, "operation": position.operation, "after_effect": self.after_effect}
        if extent == "away":
            return AnyCall(**fault, skip=position.number, times=None)
        return Fault(**fault, skip=position.skip, times=1 if extent == "once" else None)


def mishaps_of(position: Position, extent: Extent) -> Iterator[Mishap]:
    """Everything that can befall that call to that extent."""
    for mishap in _everything(position, extent):
        if mishap.column in columns_of(position.operation, extent):
            yield mishap


def columns_of(operation: str, extent: Extent) -> tuple[str, ...]:
    """What befalls calls of that operation to that extent."""
    none = () if operation in UPLOADING | DOWNLOADING else ("corrupted",)
    kinds = _KINDS if extent == "lasting" and reads(operation) else COLUMNS[extent]
    return tuple(column for column in COLUMNS[extent] if column in kinds and column not in none)


def _everything(position: Position, extent: Extent) -> Iterator[Mishap]:
    yield from _refusals(after=False)
    yield from _silence(after=False)
    # what comes before the effect of a call that has none and after it is the same
    if not reads(position.operation):
        yield from _refusals(after=True) if extent != "away" else ()
    if not reads(position.operation) or extent == "away":
        yield from _silence(after=True)
    yield Mishap(column="cut short", fault={"kind": "truncate"}, after_effect=True)
    yield Mishap(column="corrupted", fault={"kind": "corrupt"})


def _refusals(*, after: bool) -> Iterator[Mishap]:
    for status in STATUSES:
        fault = {"kind": "status", "status": status, "code": _CODES.get(status)}
        yield Mishap(column=str(status), fault=fault, after_effect=after)
    fault = {"kind": "status", "status": 429, "headers": {"retry-after": "7"}}
    yield Mishap(column=_ASKED, fault=fault, after_effect=after)


def _silence(*, after: bool) -> Iterator[Mishap]:
    yield Mishap(column="reset", fault={"kind": "reset_after" if after else "reset_before"}, after_effect=after)
    yield Mishap(column="no answer", fault={"kind": "delay"}, after_effect=after)
