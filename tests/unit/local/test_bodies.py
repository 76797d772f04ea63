from __future__ import annotations

import io

import pytest

from oci_mlflow_plugin.adapters.local.serving.answers import BODY_LIMIT
from oci_mlflow_plugin.adapters.local.serving.bodies import Body, content_length, read_body


@pytest.mark.parametrize(
    ("text", "length"), [(None, None), ("", None), ("-1", None), ("1e3", None), ("0", 0), ("17", 17)]
)
def test_only_digits_are_a_length(text: str | None, length: int | None) -> None:
    assert content_length(text) == length


def test_no_more_than_the_length_is_read() -> None:
    stream = io.BytesIO(b"body and the next request")

    assert read_body(stream.read, 4) == b"body"
    assert stream.read(4) == b" and"


def test_a_body_that_ends_early_is_what_came() -> None:
    assert read_body(io.BytesIO(b"short").read, 100) == b"short"


def test_a_body_above_the_limit_is_read_and_not_kept() -> None:
    stream = io.BytesIO(b"x" * (BODY_LIMIT + 1))

    assert read_body(stream.read, BODY_LIMIT + 1) is None
    assert stream.read() == b""


def test_a_body_without_end_is_cut_off() -> None:
    body = Body()
    for _ in range(65):
        body.add(b"x" * BODY_LIMIT)

    assert body.exhausting
