"""The logs of a deployment, as OCI Logging has them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

from oci_mlflow_core.errors import InvalidRequestError
from oci_mlflow_core.model.deployment import Deployment
from oci_mlflow_core.ports.inspector import LogKind, LogLine
from oci_mlflow_plugin.adapters.oci.inspection.log_entries import Entry, entry_of, in_order
from oci_mlflow_plugin.adapters.oci.session.calling import call
from oci_mlflow_plugin.adapters.oci.session.connection import Connection

#: Lines a page; the most that the service gives.
#: Source: docstring of oci.loggingsearch.LogSearchClient.search_logs.
_PAGE = 1000
#: What one search may span.
#: Source: OCI documentation, "Searching Logs".
_LONGEST = timedelta(days=14)


def lines_of(
    connection: Connection, deployment: Deployment, kinds: tuple[LogKind, ...], since: datetime, until: datetime
) -> tuple[LogLine, ...]:
    """What the deployment logged from `since` up to `until`, oldest first by the second.

    A line that does not say its kind has that of the log that it lies in.

    Raises:
        InvalidRequestError: It has no such log.
    """
    logs = _logs_of(connection, deployment)
    wanted = {kind: logs[kind] for kind in kinds if kind in logs}
    if not wanted:
        raise InvalidRequestError(
            f"deployment '{deployment.name}' has no {' or '.join(map(str, kinds))} log",
            "Name one in the deployment file (logGroupId and logId, or accessLog and predictLog) and update it.",
        )
    found: list[LogLine] = []
    # one log may take both kinds, and is then read once
    for group_id, log_id in dict.fromkeys(wanted.values()):
        here = [kind for kind, log in wanted.items() if log == (group_id, log_id)]
        found += [
            LogLine(time=entry.time, text=entry.text, kind=entry.kind or here[0])
            for entry in _search(connection, deployment.id, group_id, log_id, since, until)
            if entry.kind is None or entry.kind in here
        ]
    return in_order(found)


def _logs_of(connection: Connection, deployment: Deployment) -> dict[LogKind, tuple[str, str]]:
    what = f"read the deployment {deployment.id}"
    found = call(connection.clock, what, connection.data_science.get_model_deployment, deployment.id).data
    named = found.category_log_details
    refs = {LogKind.PREDICT: named and named.predict, LogKind.ACCESS: named and named.access}
    return {kind: (ref.log_group_id, ref.log_id) for kind, ref in refs.items() if ref}


def _search(  # noqa: PLR0913, PLR0917 - where, what and when
    connection: Connection, deployment_id: str, group_id: str, log_id: str, since: datetime, until: datetime
) -> Iterator[Entry]:
    from oci.loggingsearch.models import SearchLogsDetails  # noqa: PLC0415 - when logs are read

    # only with the asterisk may a source be an OCID
    where = _compartment_of(connection, group_id, log_id)
    query = f"search \"{where}/{group_id}/{log_id}\" | where source = '*{deployment_id}' | sort by datetime asc"
    begin = since
    while begin < until:
        end = min(until, begin + _LONGEST)
        details = SearchLogsDetails(
            time_start=begin.astimezone(timezone.utc), time_end=end.astimezone(timezone.utc), search_query=query
        )
        yield from _pages(connection, log_id, details)
        begin = end


def _pages(connection: Connection, log_id: str, details: object) -> Iterator[Entry]:
    page: dict[str, Any] = {}
    while True:
        response: Any = call(
            connection.clock,
            f"search the log {log_id}",
            connection.log_search.search_logs,
            details,
            limit=_PAGE,
            **page,
        )
        for result in response.data.results or ():
            yield entry_of(result.data)
        if not response.has_next_page:
            return
        page = {"page": response.next_page}


def _compartment_of(connection: Connection, group_id: str, log_id: str) -> str:
    found = call(connection.clock, f"read the log {log_id}", connection.logging.get_log, group_id, log_id).data
    return str(found.compartment_id)
