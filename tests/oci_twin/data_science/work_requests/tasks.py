"""A work request as it is kept, and the job that it is about."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, Protocol

import attrs

from oci_twin.runtime.port import Progress

ACCEPTED = "ACCEPTED"
IN_PROGRESS = "IN_PROGRESS"
SUCCEEDED = "SUCCEEDED"
FAILED = "FAILED"
CANCELING = "CANCELING"
CANCELED = "CANCELED"

STATUSES = (ACCEPTED, IN_PROGRESS, FAILED, SUCCEEDED, CANCELING, CANCELED)
OPEN = (ACCEPTED, IN_PROGRESS, CANCELING)


@attrs.frozen
class Entry:
    """One entry of a work request's log."""

    message: str
    timestamp: str


@attrs.frozen
class Task:
    """A work request and what the twin knows of it.

    Attributes:
        subject: The resource that it is about.
        job: What its job has to remember.
        duration: Seconds; 0 lets it end at the second look.
        looks: How often it or its subject was asked for.
        ending: How it is to end when a test has said so: ``fail``, ``stall`` or ``needs_attention``.
        ending_message: The sentence that goes with it.
        ending_logs: Log lines that go with it.
        runtime_lines: Log lines of the runtime that were taken over.
    """

    id: str
    operation: str
    compartment_id: str
    subject: str
    resources: list[dict[str, str]]
    accepted: str
    etag: str
    job: dict[str, Any] = attrs.field(factory=dict)
    duration: float = 0
    status: str = ACCEPTED
    percent: float = 0
    started: str | None = None
    finished: str | None = None
    looks: int = 0
    ending: str | None = None
    ending_message: str = ""
    ending_logs: list[str] = attrs.field(factory=list)
    runtime_lines: int = 0
    logs: list[dict[str, str]] = attrs.field(factory=list)
    errors: list[dict[str, str]] = attrs.field(factory=list)

    @property
    def open(self) -> bool:
        return self.status in OPEN

    def seen(self) -> dict[str, object]:
        """As ``WorkRequest``; the summary has the same fields."""
        times = {"timeStarted": self.started, "timeFinished": self.finished}
        return {
            "id": self.id,
            "operationType": self.operation,
            "status": self.status,
            "compartmentId": self.compartment_id,
            "percentComplete": self.percent,
            "resources": self.resources,
            "timeAccepted": self.accepted,
            **{key: value for key, value in times.items() if value is not None},
        }


class JobFailure(Exception):  # noqa: N818 - it is how a job ends, not a mishap of the twin
    """A job could not be finished; the work request fails with this code and message."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message


class Job(Protocol):
    """What a work request of one type does."""

    @abstractmethod
    def progress(self, task: Task) -> Progress:
        """How far it is, apart from the time that it is to take; never waits."""
        ...

    @abstractmethod
    def succeed(self, task: Task) -> None:
        """Takes effect.

        Raises:
            JobFailure: It cannot.
        """
        ...

    @abstractmethod
    def fail(self, task: Task, message: str) -> None:
        """Leaves things as they are after a failure; `task.ending` says whether attention is needed."""
        ...

    @abstractmethod
    def cancel(self, task: Task) -> None:
        """Leaves things as they are after a cancellation."""
        ...
