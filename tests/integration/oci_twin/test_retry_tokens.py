"""``opc-retry-token``: a call that is sent twice takes effect once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import oci
import pytest
from oci.data_science.models import CreateProjectDetails
from oci_twin.clock import ManualClock
from oci_twin.http.faults import Fault
from oci_twin.twin import Twin

TOKEN = "a" * 30


@pytest.fixture
def science(client_of: Callable[..., Any]) -> Any:
    return client_of(oci.data_science.DataScienceClient)


@pytest.fixture
def create(twin: Twin, science: Any) -> Callable[..., Any]:
    def creator(name: str, **options: Any) -> Any:
        details = CreateProjectDetails(compartment_id=twin.compartment_id, display_name=name)
        return science.create_project(details, **options)

    return creator


def _projects(twin: Twin, science: Any) -> list[str]:
    listed = science.list_projects(twin.compartment_id).data
    return sorted(one.display_name for one in listed if one.id != twin.project_id)


def test_the_same_call_with_the_same_token_has_the_first_answer(twin: Twin, science: Any, create: Any) -> None:
    first = create("one", opc_retry_token=TOKEN)

    second = create("one", opc_retry_token=TOKEN)

    assert second.data.id == first.data.id
    assert second.headers["etag"] == first.headers["etag"]
    assert second.request_id != first.request_id
    assert _projects(twin, science) == ["one"]


def test_another_call_with_the_same_token_is_refused(twin: Twin, science: Any, create: Any) -> None:
    create("one", opc_retry_token=TOKEN)

    with pytest.raises(oci.exceptions.ServiceError) as refused:
        create("two", opc_retry_token=TOKEN)

    assert (refused.value.status, refused.value.code) == (409, "InvalidatedRetryToken")
    assert _projects(twin, science) == ["one"]


def test_a_token_is_forgotten_after_24_hours(twin: Twin, science: Any, create: Any, clock: ManualClock) -> None:
    create("one", opc_retry_token=TOKEN)
    clock.advance(24 * 3600 - 1)
    create("one", opc_retry_token=TOKEN)
    clock.advance(1)

    create("one", opc_retry_token=TOKEN)

    assert _projects(twin, science) == ["one", "one"]


def test_calls_without_a_token_are_two(twin: Twin, science: Any, create: Any) -> None:
    create("one")
    create("one")

    assert _projects(twin, science) == ["one", "one"]


def test_a_refused_call_may_be_sent_again_with_its_token(twin: Twin, science: Any, create: Any) -> None:
    twin.faults.add(Fault(operation="create_project", status=500))
    with pytest.raises(oci.exceptions.ServiceError):
        create("one", opc_retry_token=TOKEN)

    create("one", opc_retry_token=TOKEN)

    assert _projects(twin, science) == ["one"]


@pytest.mark.parametrize("kind", ["reset_after", "truncate"])
def test_what_was_made_by_a_call_whose_answer_was_lost_is_found_with_its_token(
    twin: Twin, science: Any, create: Any, kind: Any
) -> None:
    twin.faults.add(Fault(operation="create_project", kind=kind))
    with pytest.raises(Exception, match="onnection"):
        create("one", opc_retry_token=TOKEN)

    found = create("one", opc_retry_token=TOKEN).data

    assert _projects(twin, science) == ["one"]
    assert science.get_project(found.id).data.display_name == "one"
