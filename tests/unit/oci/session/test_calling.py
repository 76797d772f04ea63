from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

import pytest
from oci._vendor import requests
from oci.exceptions import ConnectTimeout, RequestException, ServiceError

from oci_mlflow_core.errors import ConflictError, DeploymentError, ThrottledError, UnavailableError
from oci_mlflow_core.ports.progress_sink import Step, current_step
from oci_mlflow_core.testing.clock import ManualClock
from oci_mlflow_plugin.adapters.oci.session.calling import Patience, call
from oci_mlflow_plugin.adapters.oci.session.errors import failure_of

#: Half of the random part, always.
STEADY = Patience(jitter=lambda: 0.5)


def refusal(status: int, code: str = "", headers: Mapping[str, str] | None = None) -> ServiceError:
    return ServiceError(status, code, dict(headers or {}), "Said so")


def broken(cause: Exception) -> RequestException:
    """What the SDK raises for a connection that failed: its own exception, raised while the cause was handled."""
    try:
        try:
            raise cause
        except requests.exceptions.RequestException as fault:
            raise RequestException(fault)  # noqa: B904 - as the SDK does
    except RequestException as raised:
        return raised


class Script:
    """A function that raises and returns as it is told, one outcome a call."""

    def __init__(self, *outcomes: object) -> None:
        self.outcomes = list(outcomes)
        self.calls: list[tuple[tuple[object, ...], dict[str, object]]] = []

    def __call__(self, *args: object, **kwargs: object) -> object:
        self.calls.append((args, kwargs))
        outcome = self.outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


class Lines(Step):
    def __init__(self) -> None:
        self.said: list[str] = []

    def says(self, text: str) -> None:
        self.said.append(text)

    def moved(self, done: int, total: int | None) -> None:
        raise AssertionError

    def done(self, outcome: str) -> None:
        raise AssertionError


RESET = broken(requests.exceptions.ConnectionError("('Connection aborted.', ConnectionResetError(104, 'reset'))"))
REFUSED = broken(
    requests.exceptions.ConnectTimeout("HTTPConnectionPool(host='h', port=1): Max retries exceeded with url: /")
)


def test_the_function_gets_its_arguments_and_its_answer_is_returned(clock: ManualClock) -> None:
    script = Script("answer")

    answer = call(clock, "do it", script, 1, limit=2)

    assert (answer, script.calls) == ("answer", [((1,), {"limit": 2})])


@pytest.mark.parametrize(
    "fault",
    [refusal(429), refusal(500), refusal(502), refusal(503), refusal(504), RESET, REFUSED, ConnectTimeout("late")],
    ids=["429", "500", "502", "503", "504", "reset", "refused", "late"],
)
def test_what_may_pass_is_called_again(clock: ManualClock, fault: Exception) -> None:
    script = Script(fault, fault, "answer")

    assert call(clock, "do it", script) == "answer"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 412, 413, 501])
def test_what_will_not_pass_is_called_once(clock: ManualClock, status: int) -> None:
    script = Script(refusal(status))

    with pytest.raises(DeploymentError):
        call(clock, "do it", script)

    assert (len(script.calls), clock.sleeps) == (1, [])


@pytest.mark.parametrize("code", ["IncorrectState", "LockConflict", "Conflict"])
def test_a_busy_resource_is_never_waited_for(clock: ManualClock, code: str) -> None:
    script = Script(refusal(409, code))

    with pytest.raises(ConflictError):
        call(clock, "do it", script)

    assert clock.sleeps == []


@pytest.mark.parametrize("fault", [refusal(500), refusal(503), RESET], ids=["500", "503", "reset"])
def test_a_change_that_may_have_been_made_is_not_made_twice(clock: ManualClock, fault: Exception) -> None:
    script = Script(fault)

    with pytest.raises(UnavailableError) as failed:
        call(clock, "do it", script, safe=False)

    failure = failure_of(failed.value)
    assert failure is not None
    assert (len(script.calls), failure.uncertain) == (1, True)


@pytest.mark.parametrize("fault", [refusal(429), REFUSED, ConnectTimeout("late")], ids=["429", "refused", "late"])
def test_a_change_that_was_certainly_not_made_is_tried_again(clock: ManualClock, fault: Exception) -> None:
    script = Script(fault, "answer")

    assert call(clock, "do it", script, safe=False) == "answer"


def test_an_attempt_that_may_have_succeeded_makes_the_whole_call_uncertain(clock: ManualClock) -> None:
    script = Script(RESET, refusal(404))

    with pytest.raises(DeploymentError) as failed:
        call(clock, "do it", script)

    failure = failure_of(failed.value)
    assert failure is not None
    assert (failure.status, failure.attempts, failure.uncertain) == (404, 2, True)


def test_refusals_alone_are_certain(clock: ManualClock) -> None:
    script = Script(refusal(429), REFUSED, refusal(404))

    with pytest.raises(DeploymentError) as failed:
        call(clock, "do it", script)

    failure = failure_of(failed.value)
    assert failure is not None
    assert failure.uncertain is False


def test_the_waits_grow_and_the_attempts_end(clock: ManualClock) -> None:
    script = Script(*[refusal(503)] * 6)

    with pytest.raises(UnavailableError):
        call(clock, "do it", script, patience=STEADY)

    assert clock.sleeps == [0.75, 1.5, 3.0, 6.0, 12.0]


@pytest.mark.parametrize(("jitter", "waits"), [(0.0, [0.5, 1.0, 2.0]), (1.0, [1.0, 2.0, 4.0])])
def test_at_least_half_of_a_wait_is_waited(clock: ManualClock, jitter: float, waits: list[float]) -> None:
    script = Script(*[refusal(503)] * 3, "answer")

    call(clock, "do it", script, patience=Patience(jitter=lambda: jitter))

    assert clock.sleeps == waits


def test_no_wait_is_longer_than_the_longest() -> None:
    assert STEADY.wait_after(20, None) == 22.5


@pytest.mark.parametrize(
    ("status", "header"), [(429, "7"), (503, "7"), (503, " 7 ")], ids=["throttled", "unavailable", "blanks"]
)
def test_what_oci_asks_to_wait_is_waited(clock: ManualClock, status: int, header: str) -> None:
    script = Script(refusal(status, headers={"retry-after": header}), "answer")

    call(clock, "do it", script, patience=STEADY)

    assert clock.sleeps == [7.0]


def test_less_than_our_own_wait_is_not_enough(clock: ManualClock) -> None:
    script = Script(refusal(429, headers={"retry-after": "0"}), "answer")

    call(clock, "do it", script, patience=STEADY)

    assert clock.sleeps == [0.75]


def test_what_oci_asks_for_beyond_the_bounds_ends_the_call_at_once(clock: ManualClock) -> None:
    script = Script(refusal(429, "TooManyRequests", {"retry-after": "3600"}))

    with pytest.raises(ThrottledError) as failed:
        call(clock, "do it", script)

    assert (failed.value.retry_after, clock.sleeps) == (3600.0, [])


def test_a_call_ends_in_the_time_it_is_given(clock: ManualClock) -> None:
    script = Script(*[refusal(503)] * 100)

    with pytest.raises(UnavailableError):
        call(clock, "do it", script, patience=Patience(attempts=100, total=20.0))

    assert clock.monotonic() <= 20.0


def test_time_that_the_calls_themselves_take_counts(clock: ManualClock) -> None:
    def slow() -> None:
        clock.advance(70)
        raise refusal(503)

    with pytest.raises(UnavailableError) as failed:
        call(clock, "do it", slow)

    failure = failure_of(failed.value)
    assert failure is not None
    assert failure.attempts == 2


def test_no_attempt_is_begun_after_the_deadline(clock: ManualClock) -> None:
    script = Script(*[refusal(503)] * 6)

    with pytest.raises(UnavailableError):
        call(clock, "do it", script, deadline=2.0, patience=STEADY)

    assert clock.sleeps == [0.75]


def test_the_step_says_what_is_waited_for(clock: ManualClock) -> None:
    lines = Lines()
    script = Script(refusal(503), refusal(429, headers={"retry-after": "9"}), "answer")

    call(clock, "do it", script, step=lines, patience=STEADY)

    assert lines.said == [
        "OCI answered 503 (attempt 1 of 6); calling again in 1 s",
        "OCI answered 429, too many calls (attempt 2 of 6); calling again in 9 s",
    ]


def test_a_defect_keeps_its_own_exception(clock: ManualClock) -> None:
    with pytest.raises(ZeroDivisionError):
        call(clock, "do it", Script(ZeroDivisionError()))


def test_ctrl_c_is_not_caught(clock: ManualClock) -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        call(clock, "do it", interrupted)


def test_many_clients_do_not_come_back_at_once() -> None:
    waits: set[float] = set()
    for _ in range(20):
        clock = ManualClock()
        with suppress(DeploymentError):
            call(clock, "do it", Script(refusal(503), refusal(404)))
        waits |= set(clock.sleeps)

    assert len(waits) > 10
    assert all(0.5 <= wait <= 1.0 for wait in waits)


def test_a_call_that_was_handed_no_step_tells_the_one_that_goes_on() -> None:
    lines = Lines()
    before = current_step.set(lines)

    try:
        call(ManualClock(), "do it", Script(refusal(503), "done"), patience=STEADY)
    finally:
        current_step.reset(before)

    assert len(lines.said) == 1
