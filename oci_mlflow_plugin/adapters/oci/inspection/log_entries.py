"""Entries of OCI Logging as lines."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timezone
from typing import Any

import attrs

from oci_mlflow_core.ports.inspector import LogKind, LogLine


@attrs.frozen(kw_only=True)
class Entry:
    """What one entry says."""

    time: datetime
    text: str
    #: None where it does not say.
    kind: LogKind | None


def entry_of(found: dict[str, Any]) -> Entry:
    """What a result of a search says.

    The type of a deployment's entry ends in its category: ``com.oraclecloud.datascience.modeldeployment.access`` or
    ``….predict``. An access entry has the answer's status beside its message.
    """
    content = found.get("logContent") or {}
    data = content.get("data")
    said = data if isinstance(data, dict) else {"message": data}
    text = str(said.get("message", data))
    category = str(content.get("type", "")).rpartition(".")[2]
    kind = LogKind(category) if category in set(LogKind) else None
    if kind is LogKind.ACCESS and said.get("status") is not None:
        text = f"{text} {said['status']}"
    return Entry(time=datetime.fromtimestamp(found["datetime"] / 1000, tz=timezone.utc), text=text, kind=kind)


def in_order(lines: Iterable[LogLine]) -> tuple[LogLine, ...]:
    """Oldest first, by the second; within one the service's order of each log, the access log last.

    A traceback is several entries of some milliseconds, which a request that ends meanwhile is not to cut.
    """
    return tuple(sorted(lines, key=lambda line: (line.time.replace(microsecond=0), line.kind is LogKind.ACCESS)))
