"""Reading and following the logs of a deployment."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import islice

from oci_mlflow_core.model.deployment import Deployment, LifecycleState
from oci_mlflow_core.ports.inspector import LogKind, LogLine
from oci_mlflow_core.testing.clock import ManualClock
from oci_mlflow_core.testing.memory_inspector import MemoryInspector
from oci_mlflow_core.usecases.read_logs import PAUSE, ReadLogs, read_logs

DEPLOYMENT = Deployment(id="ocid1.x", name="fraud", state=LifecycleState.ACTIVE)


def line(time: datetime, text: str, kind: LogKind = LogKind.PREDICT) -> LogLine:
    return LogLine(time=time, text=text, kind=kind)


def test_lines_of_the_time_asked_for_come_oldest_first() -> None:
    clock = ManualClock()
    now = clock.now()
    inspector = MemoryInspector(lines=[line(now - timedelta(seconds=back), str(back)) for back in (10, 3599, 30, 3601)])

    texts = [each.text for each in read_logs(inspector, clock, DEPLOYMENT, ReadLogs())]

    assert texts == ["3599", "30", "10"]


def test_the_tail_is_the_last_lines() -> None:
    clock = ManualClock()
    inspector = MemoryInspector(lines=[line(clock.now() - timedelta(seconds=back), str(back)) for back in (3, 2, 1)])

    assert [each.text for each in read_logs(inspector, clock, DEPLOYMENT, ReadLogs(tail=2))] == ["2", "1"]
    assert list(read_logs(inspector, clock, DEPLOYMENT, ReadLogs(tail=0))) == []


def test_one_log_alone_can_be_read() -> None:
    clock = ManualClock()
    before = clock.now() - timedelta(seconds=1)
    inspector = MemoryInspector(lines=[line(before, "model"), line(before, "POST", LogKind.ACCESS)])

    found = read_logs(inspector, clock, DEPLOYMENT, ReadLogs(kinds=(LogKind.ACCESS,)))

    assert [each.text for each in found] == ["POST"]


def test_a_followed_log_goes_on_with_new_lines_and_tells_each_once() -> None:
    clock = ManualClock()
    inspector = MemoryInspector(lines=[line(clock.now() - timedelta(seconds=1), "first")])
    reading = read_logs(inspector, clock, DEPLOYMENT, ReadLogs(follow=True))

    first = next(reading)
    inspector.lines += [line(clock.now() + timedelta(seconds=1), "second"), line(clock.now(), "late")]
    rest = list(islice(reading, 2))

    assert [each.text for each in (first, *rest)] == ["first", "late", "second"]


def test_a_line_that_reaches_the_log_late_is_told() -> None:
    clock = ManualClock()
    inspector = MemoryInspector()
    reading = read_logs(inspector, clock, DEPLOYMENT, ReadLogs(follow=True))
    written = clock.now() + timedelta(seconds=1)
    inspector.lines.append(line(clock.now() + timedelta(seconds=PAUSE + 1), "after"))

    first = next(reading)
    inspector.lines.append(line(written, "late"))

    assert (first.text, next(reading).text) == ("after", "late")
