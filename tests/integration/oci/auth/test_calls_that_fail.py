"""Calls of the real SDK, whose connections and answers fail as they do in life."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from oci_twin.http.faults import Fault, Kind
from oci_twin.twin import Twin

from oci_mlflow_core.errors import InvalidRequestError, ThrottledError, UnavailableError
from oci_mlflow_core.testing.clock import ManualClock
from oci_mlflow_plugin.adapters.oci.session.calling import call
from oci_mlflow_plugin.adapters.oci.session.connection import Connection
from oci_mlflow_plugin.adapters.oci.session.errors import AbsentOrForbiddenError, failure_of

READ = "get_namespace"
CHANGE = "create_project"
WHAT = "do it"


@pytest.fixture
def connection(connect: Callable[..., Connection], twin: Twin) -> Connection:
    return connect(OCI_CONFIG_FILE=str(twin.config_file))


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


def read(clock: ManualClock, connection: Connection) -> Any:
    return call(clock, WHAT, connection.object_storage.get_namespace).data


def change(clock: ManualClock, connection: Connection, twin: Twin, *, safe: bool, **more: Any) -> Any:
    details = {"displayName": "made", "compartmentId": twin.compartment_id}
    return call(clock, WHAT, connection.data_science.create_project, details, safe=safe, **more).data


def projects(connection: Connection, twin: Twin) -> int:
    return len(connection.data_science.list_projects(twin.compartment_id, display_name="made").data)


@pytest.mark.parametrize("kind", ["reset_before", "reset_after", "truncate"])
def test_a_read_outlives_a_connection_that_breaks(
    connection: Connection, twin: Twin, clock: ManualClock, kind: Kind
) -> None:
    twin.faults.add(Fault(operation=READ, kind=kind, times=2))

    assert read(clock, connection) == twin.namespace
    assert len(clock.sleeps) == 2


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_read_outlives_a_service_that_stumbles(
    connection: Connection, twin: Twin, clock: ManualClock, status: int
) -> None:
    twin.faults.add(Fault(operation=READ, status=status, times=3))

    assert read(clock, connection) == twin.namespace


def test_many_failures_of_one_service_hold_back_its_calls_and_no_others(
    connection: Connection, twin: Twin, clock: ManualClock
) -> None:
    twin.faults.add(Fault(operation=READ, status=503, times=10))
    with pytest.raises(UnavailableError):
        read(clock, connection)

    with pytest.raises(UnavailableError) as failed:
        read(clock, connection)

    assert "calls are held back after many that failed" in str(failed.value)
    assert projects(connection, twin) == 0


@pytest.mark.parametrize("kind", ["reset_after", "truncate"])
def test_a_change_whose_answer_is_lost_is_made_once(
    connection: Connection, twin: Twin, clock: ManualClock, kind: Kind
) -> None:
    twin.faults.add(Fault(operation=CHANGE, kind=kind))

    with pytest.raises(UnavailableError) as failed:
        change(clock, connection, twin, safe=False)

    failure = failure_of(failed.value)
    assert failure is not None
    assert (failure.uncertain, projects(connection, twin)) == (True, 1)


def test_a_change_with_a_retry_token_is_made_once_although_it_is_sent_twice(
    connection: Connection, twin: Twin, clock: ManualClock
) -> None:
    twin.faults.add(Fault(operation=CHANGE, kind="reset_after"))

    made = change(clock, connection, twin, safe=True, opc_retry_token="a" * 30)

    assert (made.display_name, projects(connection, twin)) == ("made", 1)


def test_a_change_that_was_throttled_is_made_on_the_next_attempt(
    connection: Connection, twin: Twin, clock: ManualClock
) -> None:
    twin.faults.add(Fault(operation=CHANGE, status=429, headers={"retry-after": "11"}))

    made = change(clock, connection, twin, safe=False)

    assert (made.display_name, clock.sleeps) == ("made", [11.0])


def test_a_service_that_goes_on_throttling_is_told(connection: Connection, twin: Twin, clock: ManualClock) -> None:
    twin.faults.add(Fault(operation=READ, status=429, headers={"retry-after": "600"}))

    with pytest.raises(ThrottledError) as failed:
        read(clock, connection)

    assert failed.value.retry_after == 600.0


def test_what_is_not_there_is_told_with_the_policy(connection: Connection, clock: ManualClock) -> None:
    absent = "ocid1.datasciencemodel.oc1.iad.aaaaabsent"

    with pytest.raises(AbsentOrForbiddenError) as failed:
        call(clock, f"read the model {absent}", connection.data_science.get_model, absent)

    assert str(failed.value).startswith(
        f"could not read the model {absent}: OCI answered 404 NotAuthorizedOrNotFound: "
    )
    assert "(opc-request-id " in str(failed.value)
    assert failed.value.hint == (
        "It does not exist, or the caller may not see it; OCI does not say which. The policy that permits it: "
        "allow group <group> to read data-science-models in compartment <compartment>"
    )


def test_a_head_without_a_body_is_judged_by_its_status(connection: Connection, twin: Twin, clock: ManualClock) -> None:
    head = connection.object_storage.head_object

    with pytest.raises(AbsentOrForbiddenError) as failed:
        call(clock, WHAT, head, twin.namespace, twin.bucket, "none")

    failure = failure_of(failed.value)
    assert failure is not None
    assert failure.status == 404


def test_what_oci_finds_wrong_is_told_in_its_words(connection: Connection, twin: Twin, clock: ManualClock) -> None:
    with pytest.raises(InvalidRequestError) as failed:
        call(clock, WHAT, connection.data_science.create_project, {"displayName": "no compartment"})

    assert str(failed.value).startswith("could not do it: OCI answered 400 ")
    assert "compartmentId" in str(failed.value)


def test_a_read_outlives_an_answer_that_makes_no_sense(connection: Connection, twin: Twin, clock: ManualClock) -> None:
    twin.faults.add(Fault(operation="get_project", kind="corrupt"))

    project = call(clock, WHAT, connection.data_science.get_project, twin.project_id).data

    assert (project.id, len(clock.sleeps)) == (twin.project_id, 1)


def test_answers_that_make_no_sense_are_told(connection: Connection, twin: Twin, clock: ManualClock) -> None:
    twin.faults.add(Fault(operation="get_project", kind="corrupt", times=None))

    with pytest.raises(UnavailableError) as failed:
        call(clock, "read the project", connection.data_science.get_project, twin.project_id)

    assert str(failed.value) == (
        "could not read the project: the answer is not what OCI's services answer, after 6 attempts"
    )
