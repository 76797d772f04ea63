"""Waiting for what was ordered."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest
from usecases_world import World, make_world

from oci_mlflow_core.errors import DeploymentFailedError, ThrottledError, TimedOutError, UnavailableError
from oci_mlflow_core.model.deployment import Deployment, LifecycleState, Observation
from oci_mlflow_core.testing.memory_deploy_service import MemoryLifecycle
from oci_mlflow_core.testing.progress_sink import RecordingStep
from oci_mlflow_core.usecases.waiting import await_settled

ORDERED = Deployment(id="ocid1.one", name="fraud", state=LifecycleState.UPDATING)


def seen(state: LifecycleState, **more: object) -> Observation:
    deployment = attrs.evolve(ORDERED, state=state, lifecycle_details=str(more.pop("details", "")))
    return Observation(deployment=deployment, **more)  # type: ignore[arg-type]


def waited(
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    *looks: Observation,
    wanted: LifecycleState | None = None,
    timeout: float = 60.0,
) -> tuple[Deployment, RecordingStep]:
    """What comes of these looks, one after the other."""
    answers: Iterator[Observation] = iter(looks)
    monkeypatch.setattr(MemoryLifecycle, "observe", lambda _self, _id: next(answers))
    step = RecordingStep("wait")
    return await_settled(world.ports, ORDERED, step, timeout=timeout, wanted=wanted), step


def test_what_the_service_logs_is_told_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    _, step = waited(
        world,
        monkeypatch,
        seen(LifecycleState.UPDATING, messages=("one",), percent=10.0),
        seen(LifecycleState.UPDATING, messages=("one", "two", "three"), percent=50.0, activity="three"),
        seen(LifecycleState.ACTIVE, messages=("one", "two", "three"), succeeded=True),
    )

    assert step.said == ["one", "UPDATING (10 %)", "two", "three (50 %)", "ACTIVE"]


def test_a_failure_holds_what_the_service_logged_and_the_deployments_own_log(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = seen(LifecycleState.FAILED, details="no capacity", messages=("allocating", "it ended"), succeeded=False)
    failed = attrs.evolve(failed, deployment=attrs.evolve(failed.deployment, log_tail=("it ended", "ValueError")))

    with pytest.raises(DeploymentFailedError) as failure:
        waited(world, monkeypatch, failed)

    assert failure.value.reason == "no capacity"
    assert failure.value.log_tail == ("allocating", "it ended", "ValueError")


@pytest.mark.parametrize(
    ("state", "wanted", "succeeded"),
    [
        (LifecycleState.ACTIVE, None, None),
        (LifecycleState.INACTIVE, None, True),
        (LifecycleState.ACTIVE, LifecycleState.ACTIVE, True),
        (LifecycleState.INACTIVE, LifecycleState.INACTIVE, None),
        (LifecycleState.NEEDS_ATTENTION, None, True),
        (LifecycleState.NEEDS_ATTENTION, LifecycleState.ACTIVE, True),
    ],
)
def test_what_was_done(
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    state: LifecycleState,
    wanted: LifecycleState | None,
    succeeded: bool | None,  # noqa: FBT001
) -> None:
    deployment, _ = waited(world, monkeypatch, seen(state, succeeded=succeeded), wanted=wanted)

    assert deployment.state is state


@pytest.mark.parametrize(
    ("state", "wanted", "succeeded", "reason"),
    [
        (LifecycleState.FAILED, None, None, "its state is FAILED"),
        (LifecycleState.NEEDS_ATTENTION, None, None, "its state is NEEDS_ATTENTION"),
        (LifecycleState.DELETED, None, True, "its state is DELETED"),
        (LifecycleState.INACTIVE, LifecycleState.ACTIVE, None, "its state is INACTIVE"),
        (LifecycleState.ACTIVE, LifecycleState.INACTIVE, None, "its state is ACTIVE"),
        (LifecycleState.NEEDS_ATTENTION, LifecycleState.INACTIVE, True, "its state is NEEDS_ATTENTION"),
        (
            LifecycleState.ACTIVE,
            None,
            False,
            "the service did not do what was ordered, and its state is ACTIVE",
        ),
    ],
)
def test_what_was_not_done(  # noqa: PLR0917 - one case a line
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    state: LifecycleState,
    wanted: LifecycleState | None,
    succeeded: bool | None,  # noqa: FBT001
    reason: str,
) -> None:
    with pytest.raises(DeploymentFailedError) as failure:
        waited(world, monkeypatch, seen(state, succeeded=succeeded), wanted=wanted)

    assert failure.value.reason == reason


def test_a_service_that_is_away_for_some_time_is_asked_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    looks = iter([UnavailableError("OCI answered 503"), ThrottledError("OCI answered 429")])

    def observe(_self: MemoryLifecycle, _id: str) -> Observation:
        for away in looks:
            raise away
        return seen(LifecycleState.ACTIVE)

    monkeypatch.setattr(MemoryLifecycle, "observe", observe)
    step = RecordingStep("wait")

    deployment = await_settled(world.ports, ORDERED, step, timeout=60.0)

    assert deployment.state is LifecycleState.ACTIVE
    assert step.said == ["OCI answered 503; asking again", "OCI answered 429; asking again", "ACTIVE"]


def test_a_service_that_stays_away_is_waited_for_until_the_deadline(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def observe(_self: MemoryLifecycle, _id: str) -> Observation:
        raise UnavailableError("OCI answered 503")

    monkeypatch.setattr(MemoryLifecycle, "observe", observe)

    with pytest.raises(TimedOutError) as timed_out:
        await_settled(world.ports, ORDERED, RecordingStep("wait"), timeout=60.0)

    assert str(timed_out.value).startswith(
        "deployment 'fraud' (ocid1.one): still waiting for the service to answer after"
    )


def test_it_is_looked_at_once_when_no_time_is_left(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    deployment, _ = waited(world, monkeypatch, seen(LifecycleState.ACTIVE), timeout=0.0)

    with pytest.raises(TimedOutError):
        waited(world, monkeypatch, seen(LifecycleState.UPDATING), timeout=0.0)

    assert deployment.state is LifecycleState.ACTIVE
    assert world.clock.sleeps == []


def looks_until_noticed(world: World, monkeypatch: pytest.MonkeyPatch, seconds: float) -> int:
    """How often the service was asked before it was noticed that it was done after so many seconds."""
    looks = 0

    def observe(_lifecycle: MemoryLifecycle, _id: str) -> Observation:
        nonlocal looks
        looks += 1
        return seen(LifecycleState.ACTIVE if world.clock.monotonic() >= seconds else LifecycleState.CREATING)

    monkeypatch.setattr(MemoryLifecycle, "observe", observe)
    await_settled(world.ports, ORDERED, RecordingStep("wait"), timeout=7200.0)
    return looks


@pytest.fixture
def cloud(tmp_path: Path) -> World:
    return make_world(tmp_path, shared=True)


@pytest.mark.parametrize("seconds", [0.05, 1.7, 20.0, 33.3, 60.0])
def test_what_a_shared_service_does_within_a_minute_is_noticed_within_half_a_second(
    cloud: World, monkeypatch: pytest.MonkeyPatch, seconds: float
) -> None:
    looks_until_noticed(cloud, monkeypatch, seconds)

    assert cloud.clock.monotonic() - seconds < 0.5


@pytest.mark.parametrize("seconds", [60.1, 100.0, 333.3, 600.0, 3600.0])
def test_what_takes_longer_is_noticed_late_by_less_than_a_hundredth_of_it_and_five_seconds_at_most(
    cloud: World, monkeypatch: pytest.MonkeyPatch, seconds: float
) -> None:
    looks_until_noticed(cloud, monkeypatch, seconds)

    assert cloud.clock.monotonic() - seconds <= min(0.008 * seconds, 5.0)


def test_a_shared_service_is_asked_less_and_less(cloud: World, monkeypatch: pytest.MonkeyPatch) -> None:
    looks = looks_until_noticed(cloud, monkeypatch, 660.0)

    pauses = cloud.clock.sleeps
    assert pauses[:6] == pytest.approx([0.1, 0.15, 0.225, 0.3375, 0.4, 0.4])
    assert pauses == sorted(pauses)
    assert pauses[-1] == 5.0
    assert looks == 452


def test_a_service_of_this_machine_is_asked_as_often_however_long_it_takes(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks_until_noticed(world, monkeypatch, 600.0)

    assert max(world.clock.sleeps) == 0.4


def test_no_pause_goes_beyond_the_deadline(cloud: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(TimedOutError):
        waited(cloud, monkeypatch, *[seen(LifecycleState.CREATING)] * 10, timeout=0.3)

    assert cloud.clock.sleeps == pytest.approx([0.1, 0.15, 0.05])


#: Seconds on the clock from which the roundings of all pauses leave less than the clock can tell.
ROUNDED = 998.68


def test_the_deadline_is_met_however_the_pauses_are_rounded(cloud: World, monkeypatch: pytest.MonkeyPatch) -> None:
    cloud.clock.advance(ROUNDED)

    with pytest.raises(TimedOutError):
        waited(cloud, monkeypatch, *[seen(LifecycleState.CREATING)] * 500)
