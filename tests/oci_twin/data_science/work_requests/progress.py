"""How a work request moves on: by the looks at it, by the clock and by its job."""

from __future__ import annotations

from datetime import datetime

import attrs

from oci_twin.clock import rfc3339
from oci_twin.data_science.records import moment
from oci_twin.data_science.work_requests.tasks import IN_PROGRESS, Task
from oci_twin.runtime.port import Pending, Progress

#: The look at which a work request without a duration is done; the one before sees it in progress.
_LAST_LOOK = 2
#: A work request that is not done says less than 100.
_ALMOST = 99.0


def is_started(task: Task, now: datetime) -> bool:
    """Whether it is beyond ACCEPTED."""
    return task.looks > 0 or (task.duration > 0 and now > moment(task.accepted))


def is_due(task: Task, now: datetime) -> bool:
    """Whether the time that it takes is over."""
    return _share(task, now) >= 1


def _share(task: Task, now: datetime) -> float:
    if task.duration <= 0:
        return task.looks / _LAST_LOOK
    return (now - moment(task.accepted)).total_seconds() / task.duration


def moved_on(task: Task, progress: Progress, now: datetime) -> Task:
    """The work request in progress; its percentage never falls."""
    reached = min(round(_share(task, now) * 100, 1), _ALMOST)
    if isinstance(progress, Pending):
        reached = min(reached, progress.percent)
    begun = task.started or rfc3339(now)
    told = with_runtime_lines(task, progress, now)
    return attrs.evolve(told, status=IN_PROGRESS, percent=max(task.percent, reached), started=begun)


def finished(task: Task, status: str, now: datetime) -> Task:
    """The work request at its end."""
    end = rfc3339(now)
    percent = 100.0 if status == "SUCCEEDED" else task.percent
    return attrs.evolve(task, status=status, percent=percent, started=task.started or end, finished=end)


def with_log(task: Task, message: str, now: datetime) -> Task:
    return attrs.evolve(task, logs=[*task.logs, {"message": message, "timestamp": rfc3339(now)}])


def with_error(task: Task, code: str, message: str, now: datetime) -> Task:
    return attrs.evolve(task, errors=[*task.errors, {"code": code, "message": message, "timestamp": rfc3339(now)}])


def with_runtime_lines(task: Task, progress: Progress, now: datetime) -> Task:
    """Takes over what the runtime has said since the last time."""
    for line in progress.log_lines[task.runtime_lines :]:
        task = with_log(task, line, now)
    return attrs.evolve(task, runtime_lines=len(progress.log_lines))
