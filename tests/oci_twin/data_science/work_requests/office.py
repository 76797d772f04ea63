"""Where work requests are begun, moved on and looked up."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import attrs

from oci_twin import ids
from oci_twin.clock import TwinClock, rfc3339
from oci_twin.data_science.refusals import not_found
from oci_twin.data_science.work_requests.outcomes import Outcomes
from oci_twin.data_science.work_requests.progress import (
    finished,
    is_due,
    is_started,
    moved_on,
    with_error,
    with_log,
    with_runtime_lines,
)
from oci_twin.data_science.work_requests.tasks import CANCELED, CANCELING, FAILED, SUCCEEDED, Job, JobFailure, Task
from oci_twin.runtime.port import Failed, Progress, Ready
from oci_twin.state import State

_KIND = "data_science_work_request"


@attrs.frozen
class WorkRequests:
    """All work requests of the control plane.

    Nothing runs by itself: `advance` is called whenever somebody asks for anything.
    """

    state: State
    clock: TwinClock
    durations: Mapping[str, float]
    outcomes: Outcomes = attrs.field(factory=Outcomes)
    #: By the type of the work request.
    jobs: dict[str, Job] = attrs.field(factory=dict)

    def begin(self, operation: str, compartment_id: str, subject: str, resource: Mapping[str, str], **job: Any) -> Task:
        """Accepts a piece of work; `resource` says the ``actionType``, ``entityType`` and ``entityUri``."""
        outcome = self.outcomes.take(operation)
        now = self.clock.now()
        task = Task(
            id=ids.ocid("datascienceworkrequest"),
            operation=operation,
            compartment_id=compartment_id,
            subject=subject,
            resources=[{"identifier": subject, **resource}],
            accepted=rfc3339(now),
            etag=ids.etag(),
            job=job,
            duration=self.durations.get(operation, 0),
            ending=outcome.ending if outcome else None,
            ending_message=outcome.message if outcome else "",
            ending_logs=list(outcome.logs) if outcome else [],
        )
        return self.put(with_log(task, f"{operation} of {subject} was accepted.", now))

    def put(self, task: Task) -> Task:
        """Keeps a work request; its etag changes when a client can see a change."""
        document = self.state.get(_KIND, task.id)
        same = document is not None and Task(**document).seen() == task.seen()
        kept = task if same else attrs.evolve(task, etag=ids.etag())
        self.state.put(_KIND, kept.id, attrs.asdict(kept))
        return kept

    def get(self, task_id: str) -> Task:
        """One work request.

        Raises:
            Refusal: 404.
        """
        document = self.state.get(_KIND, task_id)
        if document is None:
            raise not_found(task_id)
        return Task(**document)

    def all(self) -> list[Task]:
        return [Task(**document) for document in self.state.all(_KIND)]

    def advance(self, looked_at: Collection[str] | None = ()) -> None:
        """Moves on whatever can be.

        Args:
            looked_at: Ids of work requests or their subjects that somebody looks at; None for all.
        """
        released = self.outcomes.take_release()
        for task in self.all():
            if task.open:
                look = looked_at is None or task.id in looked_at or task.subject in looked_at
                ending = None if released and task.ending == "stall" else task.ending
                self._move(attrs.evolve(task, looks=task.looks + look, ending=ending))

    def _move(self, task: Task) -> None:
        now = self.clock.now()
        if task.status == CANCELING:
            self.jobs[task.operation].cancel(task)
            self.put(finished(task, CANCELED, now))
        elif is_started(task, now):
            progress = self._progress(task)
            task = moved_on(task, progress, now)
            due = is_due(task, now) and task.ending != "stall"
            ready = due and isinstance(progress, Ready)
            if ready or isinstance(progress, Failed):
                self._end(task, progress)
            else:
                self.put(task)
        else:
            self.put(task)

    def _progress(self, task: Task) -> Progress:
        """What the job says; what is bound to fail is not worth the effort."""
        if task.ending == "fail":
            return Ready(None)
        return self.jobs[task.operation].progress(task)

    def _end(self, task: Task, progress: Progress) -> None:
        now = self.clock.now()
        for line in task.ending_logs:
            task = with_log(task, line, now)
        if isinstance(progress, Failed):
            self._fail(task, "InternalServerError", progress.reason)
        elif task.ending is not None:
            self._fail(task, "InternalServerError", task.ending_message)
        else:
            self._succeed(with_runtime_lines(task, progress, now))

    def _succeed(self, task: Task) -> None:
        try:
            self.jobs[task.operation].succeed(task)
        except JobFailure as failure:
            self._fail(task, failure.code, failure.message)
            return
        now = self.clock.now()
        self.put(finished(with_log(task, f"{task.operation} of {task.subject} succeeded.", now), SUCCEEDED, now))

    def _fail(self, task: Task, code: str, message: str) -> None:
        self.jobs[task.operation].fail(task, message)
        now = self.clock.now()
        task = with_log(task, f"{task.operation} of {task.subject} failed: {message}", now)
        self.put(finished(with_error(task, code, message, now), FAILED, now))
