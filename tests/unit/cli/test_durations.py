from __future__ import annotations

import click
import pytest

from oci_mlflow_plugin.cli.durations import Duration


@pytest.mark.parametrize(
    ("text", "seconds"), [("90", 90), ("90s", 90), ("15m", 900), ("2h", 7200), ("1d", 86400), (" 3h ", 10800), (7, 7)]
)
def test_lengths_of_time_are_read(text: object, seconds: float) -> None:
    assert Duration().convert(text, None, None) == seconds


@pytest.mark.parametrize("text", ["", "h", "1w", "-5", "1.5h", "1h30m", "soon"])
def test_anything_else_is_told(text: str) -> None:
    with pytest.raises(click.BadParameter) as caught:
        Duration().convert(text, None, None)

    assert caught.value.message == f"expected a length of time such as 90s, 15m, 2h or 1d, got '{text}'"
