"""The logs of a deployment, as they are and as they grow."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import attrs

from oci_mlflow_core.model.deployment import Deployment
from oci_mlflow_core.ports.clock import Clock
from oci_mlflow_core.ports.inspector import Inspector, LogKind, LogLine

#: Seconds between two looks at a log that is followed.
PAUSE = 5.0
#: Lines reach the log some time after they were written, so each look goes back a little (seconds).
OVERLAP = 60.0


@attrs.frozen(kw_only=True)
class ReadLogs:
    """Which lines."""

    kinds: tuple[LogKind, ...] = tuple(LogKind)
    #: Seconds to look back.
    since: float = 3600.0
    #: The last lines only; None for all of them.
    tail: int | None = None
    #: Whether to go on with what is logged from now on.
    follow: bool = False


def read_logs(inspector: Inspector, clock: Clock, deployment: Deployment, request: ReadLogs) -> Iterator[LogLine]:
    """The lines, oldest first; with ``follow`` it only ends when it is interrupted.

    Raises:
        InvalidRequestError: The deployment has no such log.
    """
    until = clock.now()
    first = inspector.log_lines(deployment, request.kinds, until - timedelta(seconds=request.since), until)
    yield from first if request.tail is None else first[max(0, len(first) - request.tail) :]
    seen = set(first)
    while request.follow:
        clock.sleep(PAUSE)
        now = clock.now()
        back: datetime = until - timedelta(seconds=OVERLAP)
        lines = inspector.log_lines(deployment, request.kinds, back, now)
        yield from (line for line in lines if line not in seen)
        seen, until = set(lines), now
