"""Waiting for what was ordered."""

from __future__ import annotations

from collections.abc import Iterator

import attrs
import pytest
from usecases_world import World

from oci_mlflow_core.errors import DeploymentFailedError, TimedOutError
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


def test_it_is_looked_at_once_when_no_time_is_left(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    deployment, _ = waited(world, monkeypatch, seen(LifecycleState.ACTIVE), timeout=0.0)

    with pytest.raises(TimedOutError):
        waited(world, monkeypatch, seen(LifecycleState.UPDATING), timeout=0.0)

    assert deployment.state is LifecycleState.ACTIVE
    assert world.clock.sleeps == []
