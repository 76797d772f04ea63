"""Log groups, logs, and the search of their lines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import oci
import pytest
from oci.loggingsearch.models import SearchLogsDetails
from oci_twin.clock import ManualClock
from oci_twin.twin import Twin


@pytest.fixture
def logging(client_of: Callable[..., Any]) -> Any:
    return client_of(oci.logging.LoggingManagementClient)


@pytest.fixture
def lines(twin: Twin, clock: ManualClock) -> None:
    """Five lines, a second apart, of two deployments by turns."""
    for number in range(5):
        source = ("first", "second")[number % 2]
        twin.logs.append(twin.log_id, clock.now() + timedelta(seconds=number), source, f"line {number}")


@pytest.fixture
def search(twin: Twin, clock: ManualClock, client_of: Callable[..., Any]) -> Callable[..., Any]:
    client = client_of(oci.loggingsearch.LogSearchClient)

    def searcher(stages: str = "", stream: str | None = None, seconds: float = 60, **options: Any) -> Any:
        where = stream or f"{twin.compartment_id}/{twin.log_group_id}/{twin.log_id}"
        details = SearchLogsDetails(
            time_start=clock.now(),
            time_end=clock.now() + timedelta(seconds=seconds),
            search_query=f'search "{where}" {stages}',
        )
        return client.search_logs(details, **options)

    return searcher


def _messages(answer: Any) -> list[str]:
    return [result.data["logContent"]["data"]["message"] for result in answer.data.results]


def test_the_log_that_there_is_from_the_start_is_in_its_group(twin: Twin, logging: Any) -> None:
    group = logging.get_log_group(twin.log_group_id).data
    log = logging.get_log(twin.log_group_id, twin.log_id).data

    assert (group.lifecycle_state, log.lifecycle_state, log.is_enabled) == ("ACTIVE", "ACTIVE", True)
    assert [one.id for one in logging.list_log_groups(twin.compartment_id).data] == [group.id]
    assert [one.id for one in logging.list_logs(group.id, display_name=log.display_name).data] == [log.id]
    assert logging.list_logs(group.id, display_name="other").data == []


def test_a_log_of_another_group_is_not_found(twin: Twin, logging: Any) -> None:
    with pytest.raises(oci.exceptions.ServiceError) as refused:
        logging.get_log("ocid1.loggroup.oc1.iad.other", twin.log_id)

    assert (refused.value.status, refused.value.code) == (404, "NotAuthorizedOrNotFound")


def test_the_newest_lines_come_first(lines: None, search: Any) -> None:
    answer = search("| sort by datetime desc | limit 2")

    assert _messages(answer) == ["line 4", "line 3"]
    assert answer.data.summary.result_count == 2


def test_lines_come_in_their_order_when_it_is_asked_for(lines: None, search: Any) -> None:
    assert _messages(search("| sort by datetime asc")) == [f"line {number}" for number in range(5)]


def test_lines_of_one_source_are_found(lines: None, search: Any) -> None:
    assert _messages(search("| where source = 'second' | sort by datetime asc")) == ["line 1", "line 3"]


def test_conditions_are_joined_and_take_wildcards(lines: None, search: Any) -> None:
    found = search("| where source = 'first' and data.message != '*4' | sort by datetime asc")

    assert _messages(found) == ["line 0", "line 2"]


def test_only_the_time_that_was_asked_for_is_searched(lines: None, search: Any) -> None:
    assert _messages(search("| sort by datetime asc", seconds=2)) == ["line 0", "line 1"]


def test_lines_come_by_pages(lines: None, search: Any) -> None:
    first = search("| sort by datetime asc", limit=3)
    second = search("| sort by datetime asc", limit=3, page=first.next_page)

    assert (_messages(first), _messages(second)) == (["line 0", "line 1", "line 2"], ["line 3", "line 4"])
    assert not second.has_next_page


def test_a_line_tells_its_log_and_time(twin: Twin, lines: None, search: Any, clock: ManualClock) -> None:
    data = search("| sort by datetime asc | limit 1").data.results[0].data

    assert data["logContent"]["oracle"]["logid"] == twin.log_id
    assert data["logContent"]["source"] == "first"
    assert data["datetime"] == int(clock.now().timestamp() * 1000)


@pytest.mark.parametrize("parts", [1, 2])
def test_a_whole_group_or_compartment_is_searched(twin: Twin, lines: None, search: Any, parts: int) -> None:
    stream = "/".join([twin.compartment_id, twin.log_group_id][:parts])

    assert len(_messages(search(stream=stream))) == 5


def test_a_log_that_there_is_not_is_not_found(twin: Twin, search: Any) -> None:
    with pytest.raises(oci.exceptions.ServiceError) as refused:
        search(stream=f"{twin.compartment_id}/{twin.log_group_id}/other")

    assert refused.value.status == 404


@pytest.mark.parametrize("stages", ["| summarize count()", "| where", "| sort by source"])
def test_what_the_language_of_the_twin_lacks_is_refused(search: Any, stages: str) -> None:
    with pytest.raises(oci.exceptions.ServiceError) as refused:
        search(stages)

    assert (refused.value.status, refused.value.code) == (400, "InvalidParameter")


def test_more_than_14_days_are_not_searched_at_once(search: Any) -> None:
    with pytest.raises(oci.exceptions.ServiceError) as refused:
        search(seconds=14 * 24 * 3600 + 1)

    assert (refused.value.status, refused.value.code) == (400, "InvalidParameter")
