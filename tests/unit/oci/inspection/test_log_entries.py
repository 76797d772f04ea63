"""Entries of OCI Logging: their kind, their text, their order."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from oci_mlflow_core.ports.inspector import LogKind, LogLine
from oci_mlflow_plugin.adapters.oci.inspection.log_entries import entry_of, in_order

BEGIN = datetime(2026, 3, 1, 10, tzinfo=timezone.utc)
TYPE = "com.oraclecloud.datascience.modeldeployment"


def found(kind: str, data: Any) -> dict[str, Any]:
    return {"datetime": int(BEGIN.timestamp() * 1000) + 7, "logContent": {"type": kind, "data": data}}


def line(milliseconds: int, text: str, kind: LogKind = LogKind.PREDICT) -> LogLine:
    return LogLine(time=BEGIN + timedelta(milliseconds=milliseconds), text=text, kind=kind)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [(f"{TYPE}.predict", LogKind.PREDICT), (f"{TYPE}.access", LogKind.ACCESS), (TYPE, None), ("", None)],
)
def test_the_end_of_the_type_is_the_kind(kind: str, expected: LogKind | None) -> None:
    assert entry_of(found(kind, {"message": "x"})).kind is expected


def test_the_time_is_that_of_the_entry_to_the_millisecond() -> None:
    assert entry_of(found(TYPE, {"message": "x"})).time == BEGIN + timedelta(milliseconds=7)


@pytest.mark.parametrize(
    ("kind", "data", "text"),
    [
        ("predict", {"message": "loaded", "status": 1}, "loaded"),
        ("access", {"message": "POST /predict 1.1", "status": 500, "modelLatency": 1.7}, "POST /predict 1.1 500"),
        ("access", {"message": "POST /predict 1.1"}, "POST /predict 1.1"),
        ("predict", "plain text", "plain text"),
        ("predict", {"level": "info"}, "{'level': 'info'}"),
    ],
)
def test_the_text_is_the_message_and_the_status_of_a_request(kind: str, data: Any, text: str) -> None:
    assert entry_of(found(f"{TYPE}.{kind}", data)).text == text


def test_lines_of_several_seconds_come_by_the_second() -> None:
    lines = [line(3000, "c"), line(1000, "a", LogKind.ACCESS), line(2000, "b")]

    assert [each.text for each in in_order(lines)] == ["a", "b", "c"]


def test_a_traceback_is_not_cut_by_a_request_that_ends_meanwhile() -> None:
    traceback = [line(100, "Traceback"), line(100, "  File"), line(102, "KeyError")]
    lines = [*traceback, line(101, "POST", LogKind.ACCESS)]

    assert [each.text for each in in_order(lines)] == ["Traceback", "  File", "KeyError", "POST"]


def test_within_a_second_each_kind_keeps_the_services_order() -> None:
    lines = [line(5, "b"), line(5, "a"), line(9, "y", LogKind.ACCESS), line(9, "x", LogKind.ACCESS)]

    assert [each.text for each in in_order(lines)] == ["b", "a", "y", "x"]
