"""Where a command calls OCI: the calls of one run, and those of them that are another's like."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import attrs
import pytest
from oci.base_client import BaseClient

_READING = ("get_", "head_", "list_")
_PACKAGES = "oci_mlflow_"


@attrs.frozen(kw_only=True)
class Position:
    """One call of one run."""

    operation: str
    #: Calls of the operation before it.
    skip: int
    #: Calls before it.
    number: int


def reads(operation: str) -> bool:
    """Whether it changes nothing."""
    return operation.startswith(_READING)


@attrs.define
class Calls:
    """The calls of one run, in their order."""

    operations: list[str] = attrs.field(factory=list)
    #: The lines that led to each call, from the SDK outwards.
    lines: list[tuple[tuple[str, int], ...]] = attrs.field(factory=list)

    def positions(self) -> Iterator[Position]:
        """Each call, but for those that repeat one: from the same lines, with no call between that changes anything."""
        seen: set[tuple[object, ...]] = set()
        changes = 0
        for number, (operation, lines) in enumerate(zip(self.operations, self.lines, strict=True)):
            position = Position(operation=operation, skip=self.operations[:number].count(operation), number=number)
            place = (operation, lines, changes)
            changes += not reads(operation)
            if place not in seen:
                seen.add(place)
                yield position


@contextmanager
def watched() -> Iterator[Calls]:
    """The calls that are made within the context, by whichever client of the SDK."""
    calls = Calls()
    call_api = BaseClient.call_api

    def called(client: BaseClient, *args: Any, **kwargs: Any) -> Any:
        calls.operations.append(kwargs["operation_name"])
        calls.lines.append(tuple(_lines(sys._getframe(1))))
        return call_api(client, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseClient, "call_api", called)
        yield calls


def _lines(frame: FrameType | None) -> Iterator[tuple[str, int]]:
    while frame is not None:
        path = Path(frame.f_code.co_filename)
        if any(part.startswith(_PACKAGES) for part in path.parts):
            yield str(path), frame.f_lineno
        frame = frame.f_back
