from __future__ import annotations

import json
import threading
from types import SimpleNamespace
from typing import Any

from oci_mlflow_plugin.adapters.local.serving.handling import Handler, Request
from oci_mlflow_plugin.adapters.local.serving.scoring import Scorer


def _asked(predict: Any, body: bytes = b"{}", seconds: float = 60.0) -> tuple[int, Any]:
    scorer = Scorer(SimpleNamespace(predict=predict), seconds)  # type: ignore[arg-type]
    response = Handler(scorer, "none").handle(Request("POST", "/predict", len(body), body))
    return response.status, json.loads(response.body)


def _raising(fault: BaseException) -> Any:
    def predict(_data: object) -> None:
        raise fault

    return predict


def test_the_prediction_is_the_answer() -> None:
    assert _asked(lambda data: [data, None], b'{"a": "\xc3\xa9"}') == (200, [{"a": "é"}, None])


def test_a_prediction_that_takes_too_long_is_given_up() -> None:
    forever = threading.Event()

    answered = _asked(lambda _data: forever.wait(), seconds=0.01)
    forever.set()

    message = "the prediction took longer than 0.01 s, the limit of OCI model deployments"
    assert answered == (500, {"code": "InternalServerError", "message": message})


def test_a_timeout_of_the_model_itself_is_not_taken_for_the_deadline() -> None:
    answered = _asked(_raising(TimeoutError("the feature store did not answer")))

    message = "TimeoutError: the feature store did not answer"
    assert answered == (500, {"code": "InternalServerError", "message": message})


def test_a_thread_serves_again_after_a_prediction() -> None:
    scorer = Scorer(SimpleNamespace(predict=lambda _data: threading.get_ident()))  # type: ignore[arg-type]

    threads = {scorer.predict(None) for _ in range(5)}

    # a thread puts itself back after the answer is out, so a quick caller may meet a second one
    assert len(threads) <= 2


def test_an_exception_with_a_status_of_the_client_is_told_with_it() -> None:
    fault = ValueError("too many rows")
    fault.status = 413  # type: ignore[attr-defined]

    assert _asked(_raising(fault)) == (413, {"error_code": "BAD_REQUEST", "message": "too many rows"})


def test_an_exception_with_a_status_of_the_server_is_a_failure() -> None:
    fault = ValueError("busy")
    fault.status = 503  # type: ignore[attr-defined]

    assert _asked(_raising(fault)) == (500, {"code": "InternalServerError", "message": "ValueError: busy"})


def test_a_query_does_not_change_the_path() -> None:
    response = Handler(Scorer(SimpleNamespace()), "none").handle(Request("GET", "/health?deep=1", None, b""))  # type: ignore[arg-type]

    assert response.status == 200
