"""What the server writes to its log."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest

from oci_mlflow_plugin.adapters.local.serving.handling import Handler, Request
from oci_mlflow_plugin.adapters.local.serving.log import say_request
from oci_mlflow_plugin.adapters.local.serving.scoring import Scorer


def test_a_request_is_one_line(capfd: pytest.CaptureFixture[str]) -> None:
    say_request("POST", "/predict", 200, 0.01234, 25)

    stamp = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}"
    assert re.fullmatch(rf"{stamp} INFO server: POST /predict 200 12\.3 ms 25 B\n", capfd.readouterr().err)


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/a\nb", "/a\\nb"),
        ("/\x1b[2J", "/\\x1b[2J"),
        ("/\udc80", "/\\udc80"),
        ("/" + "x" * 500, "/" + "x" * 199),
    ],
)
def test_a_path_cannot_forge_lines(capfd: pytest.CaptureFixture[str], path: str, shown: str) -> None:
    say_request("GET", path, 404, 0, 0)

    assert capfd.readouterr().err.partition("INFO server: ")[2] == f"GET {shown} 404 0.0 ms 0 B\n"


def test_the_size_is_that_of_the_answer(capfd: pytest.CaptureFixture[str]) -> None:
    handler = Handler(Scorer(SimpleNamespace(predict=lambda _data: "four")), "none")  # type: ignore[arg-type]

    handler.handle(Request("POST", "/predict", 2, b"{}"))

    assert capfd.readouterr().err.endswith(" ms 6 B\n")
