"""The sink and the clock that tests use."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from oci_mlflow_core.ports.clock import Clock
from oci_mlflow_core.ports.progress_sink import ProgressSink
from oci_mlflow_core.testing.clock import ClockContract, ManualClock
from oci_mlflow_core.testing.progress_sink import ProgressSinkContract, RecordingProgress


class TestManualClock(ClockContract):
    @pytest.fixture
    def clock(self) -> Clock:
        return ManualClock()


class TestRecordingProgress(ProgressSinkContract):
    @pytest.fixture
    def sink(self) -> ProgressSink:
        return RecordingProgress()


def test_a_manual_clock_stands_still() -> None:
    clock = ManualClock()

    assert [clock.monotonic(), clock.monotonic()] == [0.0, 0.0]


def test_sleeping_moves_a_manual_clock_on_and_is_recorded() -> None:
    clock = ManualClock(datetime(2026, 5, 1, tzinfo=timezone.utc))

    clock.sleep(90)
    clock.advance(30)

    assert datetime(2026, 5, 1, tzinfo=timezone.utc) + timedelta(minutes=2) == clock.now()
    assert clock.monotonic() == 120
    assert clock.sleeps == [90]


def test_a_recording_sink_keeps_what_it_is_told() -> None:
    sink = RecordingProgress()

    with sink.step("packing") as step:
        step.says("writing")
        step.moved(1, 2)
        step.done("2 bytes")
    sink.note("a note")

    assert (sink.titles, sink.notes) == (["packing"], ["a note"])
    assert (step.said, step.moves, step.outcome, step.state) == (["writing"], [(1, 2)], "2 bytes", "ended")


def test_a_recording_sink_knows_which_step_failed() -> None:
    sink = RecordingProgress()

    with pytest.raises(ValueError, match="broken"), sink.step("packing"):
        raise ValueError("broken")

    assert [step.state for step in sink.steps] == ["failed"]
