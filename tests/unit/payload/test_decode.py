# ruff: noqa: E501 - tables of cases
from __future__ import annotations

from typing import Any

import pytest
from mlflow.deployments import PredictionsResponse

from oci_mlflow_core.errors import PredictionError
from oci_mlflow_core.model.deployment import Answer
from oci_mlflow_plugin.payload.decode import decode_answer

CHAT = b'{"choices":[{"message":{"role":"assistant","content":"hi"}}]}'


@pytest.mark.parametrize(
    ("body", "content"),
    [
        (b'{"predictions":[0]}', {"predictions": [0]}),
        (b'{"predictions":[0],"version":7}', {"predictions": [0], "version": 7}),
        (b'{"prediction":[0.5],"id":"x"}', {"predictions": [0.5], "id": "x"}),
        (b"[1,2]", {"predictions": [1, 2]}),
        (b'"yes"', {"predictions": "yes"}),
        (b'{"predictions":[NaN,Infinity]}', {"predictions": [None, None]}),
        (CHAT, {"choices": [{"message": {"role": "assistant", "content": "hi"}}]}),
    ],
)
def test_every_form_of_answer_becomes_a_response(body: bytes, content: dict[str, Any]) -> None:
    response = decode_answer(Answer(status=200, body=body), "cancer")

    assert isinstance(response, PredictionsResponse)
    assert response == content


def test_mlflow_makes_a_frame_of_it() -> None:
    response = decode_answer(Answer(status=200, body=b'{"predictions":[{"a":1},{"a":2}]}'), "cancer")

    assert response.get_predictions()["a"].tolist() == [1, 2]


@pytest.mark.parametrize(
    ("status", "body", "message"),
    [
        (404, b'{"code":"NotAuthorizedOrNotFound","message":"no such thing"}', "deployment 'cancer' answered 404 NotAuthorizedOrNotFound: no such thing"),
        (400, b'{"error_code":"BAD_REQUEST","message":"bad row"}', "deployment 'cancer' answered 400 BAD_REQUEST: bad row"),
        (422, b'{"detail":[{"loc":["body"]}]}', 'deployment \'cancer\' answered 422: [{"loc": ["body"]}]'),
        (502, b"<html>Bad Gateway</html>\n", "deployment 'cancer' answered 502: <html>Bad Gateway</html>"),
        (500, b"", "deployment 'cancer' answered 500: (no explanation)"),
        (500, b"x" * 600, f"deployment 'cancer' answered 500: {'x' * 500}…"),
        (500, b'{"code":"InternalServerError"}', "deployment 'cancer' answered 500 InternalServerError: {\"code\":\"InternalServerError\"}"),
        (500, b'["odd"]', "deployment 'cancer' answered 500: [\"odd\"]"),
    ],
)  # fmt: skip
def test_an_error_is_told_in_the_services_words(status: int, body: bytes, message: str) -> None:
    with pytest.raises(PredictionError) as caught:
        decode_answer(Answer(status=status, body=body), "cancer")

    assert str(caught.value) == message


def test_an_error_has_a_hint_where_its_status_says_what_to_do() -> None:
    with pytest.raises(PredictionError) as caught:
        decode_answer(Answer(status=413, body=b"{}"), "cancer")

    assert caught.value.hint == "Send fewer rows at a time: a deployment takes at most 10 MB."


def test_an_answer_that_is_not_json_is_an_error() -> None:
    with pytest.raises(PredictionError) as caught:
        decode_answer(Answer(status=200, body=b"\xffhello"), "cancer")

    assert str(caught.value).endswith(": \ufffdhello")
    assert str(caught.value).startswith("deployment 'cancer' answered 200: the answer is not JSON (")


def test_what_pandas_says_of_single_values_is_told_plainly() -> None:
    words = "Failed to parse input data: If using all scalar values, you must pass an index"

    with pytest.raises(PredictionError) as caught:
        decode_answer(Answer(status=400, body=f'{{"message": "{words}"}}'.encode()), "cancer")

    assert str(caught.value) == (
        "deployment 'cancer' answered 400: the values of the dict must be lists with a value for each row, "
        f'such as {{"a": [1]}} ({words})'
    )
