"""Reading the logs of servers: times, kinds, order."""

from __future__ import annotations

import os
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from oci_mlflow_core.errors import InvalidRequestError
from oci_mlflow_core.model.deployment import Deployment, LifecycleState
from oci_mlflow_core.ports.inspector import LogKind
from oci_mlflow_plugin.adapters.home.layout import Home
from oci_mlflow_plugin.adapters.local.inspector import LocalInspector
from oci_mlflow_plugin.adapters.local.log_lines import lines_of
from oci_mlflow_plugin.adapters.local.supervision.folder import DeploymentFolder

DEPLOYMENT = Deployment(id="ocid1.x", name="fraud", state=LifecycleState.ACTIVE)
BOTH = tuple(LogKind)
REQUEST = "2026-03-01 10:00:05,250 INFO server: POST /predict 200 12.5 ms 34 B"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


@pytest.fixture
def folder(home: Home) -> DeploymentFolder:
    made = DeploymentFolder(home.deployments / DEPLOYMENT.id)
    made.logs.mkdir(parents=True)
    return made


def here(text: str) -> datetime:
    """A time of this machine."""
    return datetime.fromisoformat(text).astimezone(timezone.utc)


def told(folder: DeploymentFolder) -> list[tuple[datetime, LogKind, str]]:
    return [(line.time, line.kind, line.text) for line in lines_of(folder)]


def test_a_line_has_the_time_that_it_begins_with(folder: DeploymentFolder) -> None:
    folder.log(1).write_text("2026-03-01 10:00:00,125 INFO score: loaded\n")

    assert told(folder) == [
        (here("2026-03-01 10:00:00.125"), LogKind.PREDICT, "2026-03-01 10:00:00,125 INFO score: loaded")
    ]


def test_gunicorns_lines_have_a_time_with_its_zone(folder: DeploymentFolder) -> None:
    folder.log(1).write_text("[2026-03-01 10:00:00 +0200] [7] [INFO] Booting worker\n")

    assert lines_of(folder)[0].time == datetime(2026, 3, 1, 8, tzinfo=timezone.utc)


def test_requests_are_of_the_access_log(folder: DeploymentFolder) -> None:
    folder.log(1).write_text(f"2026-03-01 10:00:00,000 INFO server: waitress, Python 3.11.9, model loaded\n{REQUEST}\n")

    assert [line.kind for line in lines_of(folder)] == [LogKind.PREDICT, LogKind.ACCESS]


def test_a_line_without_a_time_has_that_of_the_line_before(folder: DeploymentFolder) -> None:
    folder.log(1).write_text("2026-03-01 10:00:00,000 ERROR score: no\nTraceback:\n\n  File\n")

    assert told(folder)[1:] == [
        (here("2026-03-01 10:00:00"), LogKind.PREDICT, "Traceback:"),
        (here("2026-03-01 10:00:00"), LogKind.PREDICT, "  File"),
    ]


def test_lines_before_the_first_time_have_that_time(folder: DeploymentFolder) -> None:
    folder.log(1).write_text(f"a warning\n{REQUEST}\n")

    assert [line.text for line in lines_of(folder)] == ["a warning", REQUEST]
    assert {line.time for line in lines_of(folder)} == {here("2026-03-01 10:00:05.250")}


def test_lines_of_a_file_without_times_have_the_time_of_the_file(folder: DeploymentFolder) -> None:
    folder.log(1).write_text("a print\n2026-99-99 10:00:00,000 is no date\n")
    os.utime(folder.log(1), (1000, 1000))

    assert {line.time for line in lines_of(folder)} == {datetime.fromtimestamp(1000, tz=timezone.utc)}


def test_generations_come_by_time_and_then_by_number(folder: DeploymentFolder) -> None:
    folder.log(10).write_text("2026-03-01 10:00:00,000 ten\n")
    folder.log(9).write_text("2026-03-01 10:00:00,000 nine\n2026-03-01 10:00:01,000 nine ends\n")
    folder.fault(9).write_text("not a log")

    assert [line.text[24:] for line in lines_of(folder)] == ["nine", "ten", "nine ends"]


def test_bytes_that_are_no_text_spoil_no_line(folder: DeploymentFolder) -> None:
    folder.log(1).write_bytes(b"2026-03-01 10:00:00,000 \xff\r\n")

    assert [line.text for line in lines_of(folder)] == ["2026-03-01 10:00:00,000 \ufffd"]


def test_a_deployment_that_has_not_begun_wrote_nothing(home: Home) -> None:
    assert lines_of(DeploymentFolder(home.deployments / "ocid1.y")) == ()


def test_a_log_that_cannot_be_read_is_told(folder: DeploymentFolder) -> None:
    folder.log(1).mkdir()

    with pytest.raises(InvalidRequestError) as caught:
        lines_of(folder)

    assert str(caught.value) == f"{folder.log(1)} cannot be read: Is a directory"


def test_lines_of_the_kind_and_the_time_asked_for(home: Home, folder: DeploymentFolder) -> None:
    folder.log(1).write_text(f"2026-03-01 10:00:00,000 a\n{REQUEST}\n2026-03-01 10:00:10,000 b\n")
    inspector, begin = LocalInspector(home), here("2026-03-01 10:00:00")

    def texts(kinds: tuple[LogKind, ...], since: float, until: float) -> list[str]:
        lines = inspector.log_lines(
            DEPLOYMENT, kinds, begin + timedelta(seconds=since), begin + timedelta(seconds=until)
        )
        return [line.text for line in lines]

    assert texts(BOTH, 0, 10) == ["2026-03-01 10:00:00,000 a", REQUEST]
    assert texts((LogKind.ACCESS,), 0, 60) == [REQUEST]
    assert texts((LogKind.PREDICT,), 1, 60) == ["2026-03-01 10:00:10,000 b"]
