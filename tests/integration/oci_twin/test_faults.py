"""Faults on demand, and the record of calls."""

from __future__ import annotations

import base64
import hashlib
import time
from collections.abc import Callable
from typing import Any

import oci
import pytest
import requests
from integration.oci_twin.conftest import new_client
from oci_twin.clock import ManualClock
from oci_twin.http.faults import Fault
from oci_twin.twin import Twin

LOST = oci.exceptions.RequestException


@pytest.fixture
def put(twin: Twin, storage: Any) -> Any:
    return lambda body=b"content", **options: storage.put_object(twin.namespace, twin.bucket, "a", body, **options)


@pytest.fixture
def get(twin: Twin, storage: Any) -> Any:
    return lambda: storage.get_object(twin.namespace, twin.bucket, "a").data.content


def _names(twin: Twin, storage: Any) -> list[str]:
    return [one.name for one in storage.list_objects(twin.namespace, twin.bucket).data.objects]


def _wait_until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)


def _status(call: Any) -> int:
    try:
        return int(call().status)
    except oci.exceptions.ServiceError as error:
        return int(error.status)


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (401, "NotAuthenticated"),
        (404, "NotAuthorizedOrNotFound"),
        (409, "IncorrectState"),
        (412, "NoEtagMatch"),
        (413, "RequestEntityTooLarge"),
        (429, "TooManyRequests"),
        (500, "InternalServerError"),
        (503, "ServiceUnavailable"),
    ],
)
def test_a_status_is_answered_with_its_usual_code(twin: Twin, storage: Any, put: Any, status: int, code: str) -> None:
    twin.faults.add(Fault(operation="put_object", status=status))

    with pytest.raises(oci.exceptions.ServiceError) as refused:
        put()

    assert (refused.value.status, refused.value.code) == (status, code)
    assert refused.value.request_id
    assert _names(twin, storage) == []


def test_a_status_comes_with_the_code_and_headers_that_the_script_says(twin: Twin, put: Any) -> None:
    twin.faults.add(
        Fault(operation="put_object", status=409, code="ConcurrentObjectUpdate", headers={"Retry-After": "7"})
    )

    with pytest.raises(oci.exceptions.ServiceError) as refused:
        put()

    assert refused.value.code == "ConcurrentObjectUpdate"
    assert refused.value.headers["retry-after"] == "7"


def test_a_fault_befalls_as_many_calls_as_the_script_says_after_those_it_lets_pass(twin: Twin, put: Any) -> None:
    twin.faults.add(Fault(operation="put_object", skip=1, times=2))

    statuses = [_status(put) for _ in range(5)]

    assert statuses == [200, 503, 503, 200, 200]
    assert twin.faults.pending() == []


def test_a_fault_may_befall_every_call(twin: Twin, get: Any) -> None:
    twin.faults.add(Fault(operation="get_object", times=None))

    for _ in range(3):
        with pytest.raises(oci.exceptions.ServiceError):
            get()

    assert len(twin.faults.pending()) == 1


def test_a_fault_is_of_its_operation_and_service_only(twin: Twin, put: Any, get: Any) -> None:
    twin.faults.add(Fault(operation="put_object", service="data_science"))
    twin.faults.add(Fault(operation="delete_object"))

    put()

    assert get() == b"content"


def test_a_status_after_the_effect_hides_it(twin: Twin, put: Any, get: Any) -> None:
    twin.faults.add(Fault(operation="put_object", status=500, after_effect=True))

    with pytest.raises(oci.exceptions.ServiceError):
        put()

    assert get() == b"content"


def test_a_reset_before_the_effect_leaves_nothing(twin: Twin, storage: Any, put: Any) -> None:
    twin.faults.add(Fault(operation="put_object", kind="reset_before"))

    with pytest.raises(LOST, match="Connection reset by peer"):
        put()

    assert _names(twin, storage) == []


def test_a_reset_after_the_effect_leaves_it(twin: Twin, put: Any, get: Any) -> None:
    twin.faults.add(Fault(operation="put_object", kind="reset_after"))

    with pytest.raises(LOST, match="Connection reset by peer"):
        put()

    assert get() == b"content"


def test_a_large_upload_is_reset_too(twin: Twin, storage: Any, put: Any) -> None:
    twin.faults.add(Fault(operation="put_object", kind="reset_before"))

    with pytest.raises(LOST):
        put(b"x" * 3_000_000)

    assert _names(twin, storage) == []
    assert list(twin.state.blobs.iterdir()) == []


def test_a_download_is_cut_in_the_middle(twin: Twin, put: Any, get: Any) -> None:
    put(b"x" * 100_000)
    twin.faults.add(Fault(operation="get_object", kind="truncate"))

    with pytest.raises(Exception, match=r"IncompleteRead|Connection broken"):
        get()

    assert get() == b"x" * 100_000


def test_a_json_answer_is_cut_in_the_middle(twin: Twin, storage: Any) -> None:
    twin.faults.add(Fault(operation="list_objects", kind="truncate"))

    with pytest.raises(Exception, match=r"IncompleteRead|Connection broken|Connection aborted"):
        storage.list_objects(twin.namespace, twin.bucket)


def test_an_answer_without_a_body_is_cut_within_its_status(twin: Twin, storage: Any, put: Any) -> None:
    put()
    twin.faults.add(Fault(operation="delete_object", kind="truncate"))

    with pytest.raises(LOST):
        storage.delete_object(twin.namespace, twin.bucket, "a")

    assert _names(twin, storage) == []


def test_a_download_is_corrupted_by_one_bit(twin: Twin, put: Any, get: Any) -> None:
    put(b"content" * 50_000)
    twin.faults.add(Fault(operation="get_object", kind="corrupt"))

    assert get() == b"bontent" + b"content" * 49_999
    assert get() == b"content" * 50_000


@pytest.mark.parametrize("size", [7, 700_000])
def test_an_upload_is_corrupted_by_one_bit_and_its_digest_tells(twin: Twin, put: Any, get: Any, size: int) -> None:
    body = b"c" * size
    twin.faults.add(Fault(operation="put_object", kind="corrupt"))

    answer = put(body)

    kept = get()
    assert kept == b"b" + body[1:]
    assert base64.b64decode(answer.headers["opc-content-md5"]) == hashlib.md5(kept, usedforsecurity=False).digest()


def test_a_corrupted_upload_is_refused_when_its_digest_was_sent(twin: Twin, put: Any) -> None:
    twin.faults.add(Fault(operation="put_object", kind="corrupt"))
    digest = base64.b64encode(hashlib.md5(b"content", usedforsecurity=False).digest()).decode()

    with pytest.raises(oci.exceptions.ServiceError) as refused:
        put(content_md5=digest)

    assert refused.value.code == "UnmatchedContentMD5"


def test_a_delay_outlasts_an_impatient_caller_and_the_effect_comes_all_the_same(twin: Twin, get: Any) -> None:
    impatient = new_client(twin, oci.object_storage.ObjectStorageClient, timeout=(5, 0.2))
    twin.faults.add(Fault(operation="put_object", kind="delay", seconds=0.5, after_effect=True))

    with pytest.raises(LOST, match="Read timed out"):
        impatient.put_object(twin.namespace, twin.bucket, "a", b"content")

    assert get() == b"content"


@pytest.mark.parametrize("after", [False, True])
def test_a_delayed_call_is_let_go_of_when_the_script_is_forgotten(
    twin: Twin,
    storage: Any,
    after: bool,  # noqa: FBT001
) -> None:
    impatient = new_client(twin, oci.object_storage.ObjectStorageClient, timeout=(5, 0.2))
    twin.faults.add(Fault(operation="put_object", kind="delay", seconds=3600, after_effect=after))
    with pytest.raises(LOST, match="Read timed out"):
        impatient.put_object(twin.namespace, twin.bucket, "a", b"content")

    twin.faults.clear()

    _wait_until(lambda: ("object_storage", "put_object", 0) in twin.faults.calls)
    assert _names(twin, storage) == (["a"] if after else [])


def test_a_twin_ends_while_a_call_is_delayed() -> None:
    with Twin(runtime="none") as twin:
        impatient = new_client(twin, oci.object_storage.ObjectStorageClient, timeout=(5, 0.2))
        twin.faults.add(Fault(operation="get_namespace", kind="delay", seconds=3600))
        with pytest.raises(LOST, match="Read timed out"):
            impatient.get_namespace()


@pytest.mark.parametrize("kind", ["status", "reset_before", "reset_after"])
def test_the_sdk_gets_through_a_fault_with_its_own_retries(twin: Twin, put: Any, get: Any, kind: Any) -> None:
    twice = oci.retry.RetryStrategyBuilder(
        max_attempts=2, retry_base_sleep_time_seconds=0, retry_max_wait_between_calls_seconds=0
    ).get_retry_strategy()
    twin.faults.add(Fault(operation="put_object", kind=kind))

    put(retry_strategy=twice)

    assert get() == b"content"


def test_every_call_is_recorded_with_its_end(twin: Twin, put: Any, get: Any) -> None:
    twin.faults.add(Fault(operation="get_object", kind="reset_after"))
    put()
    with pytest.raises(LOST):
        get()
    requests.get(f"{twin.url}/n", timeout=10)

    assert twin.faults.calls == [
        ("object_storage", "put_object", 200),
        ("object_storage", "get_object", 0),
        ("object_storage", "get_namespace", 401),
    ]


def test_another_process_scripts_faults_over_http(twin: Twin, get: Any) -> None:
    script = f"{twin.url}/_twin/faults"

    added = requests.post(
        script, json=[{"operation": "get_object", "status": 429, "headers": {"Retry-After": "1"}}], timeout=10
    )

    assert added.status_code == 204
    assert [one["status"] for one in requests.get(script, timeout=10).json()] == [429]
    with pytest.raises(oci.exceptions.ServiceError) as refused:
        get()
    assert refused.value.headers["retry-after"] == "1"
    calls = requests.get(f"{twin.url}/_twin/calls", timeout=10).json()
    assert [call for call in calls if call[1] == "get_object"] == [["object_storage", "get_object", 429]]


def test_another_process_forgets_faults_and_calls(twin: Twin, put: Any) -> None:
    twin.faults.add(Fault(operation="put_object"))

    assert requests.delete(f"{twin.url}/_twin/faults", timeout=10).status_code == 204
    put()
    assert requests.delete(f"{twin.url}/_twin/calls", timeout=10).status_code == 204

    assert twin.faults.calls == []


@pytest.mark.parametrize("fault", [{"operation": "a", "kind": "explode"}, {"operation": "a", "colour": "red"}, {}])
def test_a_fault_that_there_is_not_is_refused(twin: Twin, fault: dict[str, str]) -> None:
    answer = requests.post(f"{twin.url}/_twin/faults", json=fault, timeout=10)

    assert (answer.status_code, answer.json()["code"]) == (400, "InvalidParameter")


def test_another_process_moves_the_clock(twin: Twin, clock: ManualClock) -> None:
    before = clock.now()

    requests.post(f"{twin.url}/_twin/clock", json={"advance": 90.5}, timeout=10)

    assert (clock.now() - before).total_seconds() == 90.5


def test_the_time_of_this_machine_is_not_moved() -> None:
    with Twin() as twin:
        answer = requests.post(f"{twin.url}/_twin/clock", json={"advance": 1}, timeout=10)

    assert answer.status_code == 409
