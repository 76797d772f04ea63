"""Work requests: how far an order is, what the service logged about it, and what went wrong."""

from __future__ import annotations

from typing import Any

import attrs

from oci_mlflow_core.errors import ServiceError, UnavailableError
from oci_mlflow_core.ports.progress_sink import Step
from oci_mlflow_plugin.adapters.oci.deployments.paging import listed
from oci_mlflow_plugin.adapters.oci.session.calling import call
from oci_mlflow_plugin.adapters.oci.session.connection import Connection

#: Seconds between two looks, the first and the longest.
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 10.0
_DONE = "SUCCEEDED"
_ENDED = frozenset({_DONE, "FAILED", "CANCELED"})


@attrs.frozen(kw_only=True)
class WorkRequest:
    """One order as the service tells of it."""

    id: str
    #: ``ACCEPTED``, ``IN_PROGRESS``, ``FAILED``, ``SUCCEEDED``, ``CANCELING`` or ``CANCELED``.
    status: str
    percent: float | None = None

    @property
    def has_ended(self) -> bool:
        """Whether nothing more comes of it."""
        return self.status in _ENDED

    @property
    def failed(self) -> bool:
        """Whether it came to nothing."""
        return self.has_ended and self.status != _DONE


@attrs.frozen
class WorkRequests:
    """The work requests of the Data Science service."""

    connection: Connection

    def get(self, work_request_id: str) -> WorkRequest:
        """How far one is.

        Raises:
            DeploymentError: The service does not say.
        """
        what = f"read the work request {work_request_id}"
        return _read(
            call(self.connection.clock, what, self.connection.data_science.get_work_request, work_request_id).data
        )

    def last_of(self, resource_id: str, compartment_id: str) -> WorkRequest | None:
        """The newest one about a resource; None where there is none."""
        found = listed(
            self.connection,
            f"list the work requests of {resource_id}",
            self.connection.data_science.list_work_requests,
            compartment_id,
            resource_id=resource_id,
            sort_by="timeAccepted",
            sort_order="DESC",
        )
        newest = max(found, key=lambda each: each.time_accepted, default=None)
        return None if newest is None else _read(newest)

    def messages(self, work_request_id: str) -> tuple[str, ...]:
        """What the service logged, oldest first."""
        client = self.connection.data_science
        return self._texts("log", client.list_work_request_logs, work_request_id)

    def errors(self, work_request_id: str) -> tuple[str, ...]:
        """What went wrong, oldest first, each with its code."""
        client = self.connection.data_science
        return self._texts("errors", client.list_work_request_errors, work_request_id)

    def _texts(self, what: str, function: Any, work_request_id: str) -> tuple[str, ...]:  # noqa: ANN401 - the SDK has no types
        """Their order in the service's lists is not promised; of those of one moment it is all that is known."""
        what = f"read the {what} of the work request {work_request_id}"
        entries = list(listed(self.connection, what, function, work_request_id))
        if entries and entries[0].timestamp > entries[-1].timestamp:
            entries.reverse()
        return tuple(_told(each) for each in sorted(entries, key=lambda each: each.timestamp))

    def awaited(self, work_request_id: str, doing: str, step: Step, timeout: float) -> None:
        """Returns when it has succeeded.

        Raises:
            ServiceError: It failed; the message holds the service's errors.
            UnavailableError: It goes on after `timeout` seconds.
        """
        clock = self.connection.clock
        end, pause = clock.monotonic() + timeout, _FIRST_PAUSE
        while not (seen := self.get(work_request_id)).has_ended:
            step.says(doing if seen.percent is None else f"{doing} ({seen.percent:.0f} %)")
            if clock.monotonic() >= end:
                raise UnavailableError(f"{doing}: the work request {work_request_id} goes on after {timeout:.0f} s")
            clock.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)
        if seen.failed:
            reasons = "; ".join(self.errors(work_request_id)) or f"the work request is {seen.status}"
            raise ServiceError(f"{doing} failed: {reasons} (work request {work_request_id})")


def _read(found: Any) -> WorkRequest:  # noqa: ANN401 - the SDK has no types
    return WorkRequest(id=found.id, status=found.status, percent=found.percent_complete)


def _told(entry: Any) -> str:  # noqa: ANN401 - the SDK has no types
    """A log line, or an error with its code."""
    code = getattr(entry, "code", None)
    return f"{code}: {entry.message}" if code else str(entry.message)
