"""Progress on stderr."""

from __future__ import annotations

import io
import sys

import pytest
from rich.console import Console

from oci_mlflow_core.ports.progress_sink import ProgressSink, current_step
from oci_mlflow_core.testing.clock import ManualClock
from oci_mlflow_core.testing.progress_sink import ProgressSinkContract
from oci_mlflow_plugin.progress.amounts import duration, megabytes, transferred
from oci_mlflow_plugin.progress.choice import progress_on_stderr
from oci_mlflow_plugin.progress.live_line import LiveLine
from oci_mlflow_plugin.progress.plain_lines import PlainLines


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


class TestPlainLinesKeepTheContract(ProgressSinkContract):
    @pytest.fixture
    def sink(self) -> ProgressSink:
        return PlainLines(ManualClock(), io.TextIOWrapper(io.BytesIO(), encoding="ascii"))


class TestLiveLineKeepsTheContract(ProgressSinkContract):
    @pytest.fixture
    def sink(self) -> ProgressSink:
        return LiveLine(ManualClock(), Console(file=io.StringIO(), force_terminal=True, highlight=False))


class TestPlainLines:
    @pytest.fixture
    def stream(self) -> io.StringIO:
        return io.StringIO()

    @pytest.fixture
    def sink(self, clock: ManualClock, stream: io.StringIO) -> PlainLines:
        return PlainLines(clock, stream)

    def test_a_step_is_a_line_at_its_beginning_and_one_at_its_end(
        self, sink: PlainLines, stream: io.StringIO, clock: ManualClock
    ) -> None:
        with sink.step("fetch the model") as step:
            clock.advance(1.25)
            step.done("models:/cancer/1")

        assert stream.getvalue() == "fetch the model …\nfetch the model: models:/cancer/1 (1.2 s)\n"

    def test_a_step_without_an_outcome_is_done(self, sink: PlainLines, stream: io.StringIO) -> None:
        with sink.step("wait"):
            pass

        assert stream.getvalue().splitlines()[-1] == "wait: done (0.0 s)"

    def test_a_step_that_fails_says_after_how_long(
        self, sink: PlainLines, stream: io.StringIO, clock: ManualClock
    ) -> None:
        step = sink.step("wait")
        step.__enter__()
        clock.advance(75)

        step.__exit__(KeyboardInterrupt, KeyboardInterrupt(), None)

        assert stream.getvalue().splitlines()[-1] == "wait: failed after 1 min 15 s"

    def test_short_waits_are_not_reported(self, sink: PlainLines, stream: io.StringIO, clock: ManualClock) -> None:
        with sink.step("wait") as step:
            clock.advance(14)
            step.says("loading the model")

            assert stream.getvalue() == "wait …\n"

    def test_long_waits_say_what_they_wait_for(self, sink: PlainLines, stream: io.StringIO, clock: ManualClock) -> None:
        with sink.step("wait") as step:
            clock.advance(15)
            step.says("loading the model")

            assert stream.getvalue().splitlines()[-1] == "  wait: loading the model (15.0 s)"

    def test_waiting_for_another_command_is_told_at_once_and_once(
        self, sink: PlainLines, stream: io.StringIO, clock: ManualClock
    ) -> None:
        with sink.step("build") as step:
            step.waits("waiting for process 7")
            clock.advance(20)
            step.waits("waiting for process 7")

            assert stream.getvalue() == "build …\n  build: waiting for process 7 (0.0 s)\n"

    def test_the_same_news_is_told_once(self, sink: PlainLines, stream: io.StringIO, clock: ManualClock) -> None:
        with sink.step("wait") as step:
            for _ in range(10):
                clock.advance(15)
                step.says("loading the model")

            assert stream.getvalue().count("loading the model") == 1

    def test_bytes_are_told_of_how_many(self, sink: PlainLines, stream: io.StringIO, clock: ManualClock) -> None:
        with sink.step("pack") as step:
            clock.advance(20)
            step.moved(12_000_000, 230_100_000)

            assert stream.getvalue().splitlines()[-1] == "  pack: 12.0 of 230.1 MB (20.0 s)"

    def test_a_note_is_a_line(self, sink: PlainLines, stream: io.StringIO) -> None:
        sink.note("'blockStorageSize' has no effect")

        assert stream.getvalue() == "note: 'blockStorageSize' has no effect\n"

    def test_a_closed_stream_stops_nothing(self, clock: ManualClock, stream: io.StringIO) -> None:
        stream.close()

        with PlainLines(clock, stream).step("wait") as step:
            step.done("done")

    def test_no_stream_at_all_stops_nothing(self, clock: ManualClock, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "stderr", None)
        monkeypatch.setattr(sys, "stdout", stdout := io.StringIO())

        PlainLines(clock).note("nobody hears this")

        assert stdout.getvalue() == ""


class TestLiveLine:
    @pytest.fixture
    def stream(self) -> io.StringIO:
        return io.StringIO()

    @pytest.fixture
    def sink(self, clock: ManualClock, stream: io.StringIO) -> LiveLine:
        return LiveLine(clock, Console(file=stream, force_terminal=False, width=60))

    def test_a_finished_step_is_a_line(self, sink: LiveLine, stream: io.StringIO, clock: ManualClock) -> None:
        with sink.step("fetch the model") as step:
            clock.advance(2)
            step.done("models:/cancer/1")

        assert stream.getvalue().splitlines()[-1] == "✓ fetch the model  models:/cancer/1  2.0 s"

    def test_what_goes_on_is_shown_with_the_time_that_it_has_taken(self, clock: ManualClock) -> None:
        console = Console(file=io.StringIO(), force_terminal=False, width=60)
        with LiveLine(clock, console).step("wait") as step:
            step.says("loading [80 %]")
            clock.sleep(75)

            shown = step.__rich__().plain  # type: ignore[attr-defined]

        assert shown == "wait loading [80 %] 1 min 15 s"

    def test_a_failed_step_is_a_line(self, sink: LiveLine, stream: io.StringIO) -> None:
        with pytest.raises(ValueError, match="no"), sink.step("fetch [the] model"):
            raise ValueError("no")

        assert stream.getvalue().splitlines()[-1] == "✗ fetch [the] model  failed  0.0 s"

    def test_a_long_line_is_not_broken(self, sink: LiveLine, stream: io.StringIO) -> None:
        sink.note("x" * 200)

        assert stream.getvalue() == f"note: {'x' * 200}\n"


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_gets_a_live_line(clock: ManualClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", _Terminal())

    assert isinstance(progress_on_stderr(clock), LiveLine)


@pytest.mark.parametrize("stderr", [io.StringIO(), None])
def test_anything_else_gets_plain_lines(
    stderr: io.StringIO | None, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stderr", stderr)

    assert isinstance(progress_on_stderr(clock), PlainLines)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.04, "0.0 s"), (59.94, "59.9 s"), (59.99, "1 min 0 s"), (60, "1 min 0 s"), (192.7, "3 min 12 s")],
)
def test_durations_read_as_people_say_them(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_megabytes_are_decimal() -> None:
    assert megabytes(10_485_760) == "10.5 MB"


@pytest.mark.parametrize(("total", "text"), [(None, "1.0 MB"), (2_000_000, "1.0 of 2.0 MB"), (0, "1.0 of 0.0 MB")])
def test_what_is_transferred_is_told_with_the_whole_where_that_is_known(total: int | None, text: str) -> None:
    assert transferred(1_000_000, total) == text


def test_the_step_that_goes_on_is_known_to_those_who_were_not_handed_one(clock: ManualClock) -> None:
    sink = PlainLines(clock, io.StringIO())

    with sink.step("outer") as outer:
        with sink.step("inner") as inner:
            assert current_step.get() is inner
        assert current_step.get() is outer
    assert current_step.get() is None
