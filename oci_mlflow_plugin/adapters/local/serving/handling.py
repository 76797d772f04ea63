"""What is answered to which request, whatever server carries it."""

from __future__ import annotations

import json
import logging
import platform
import time
from typing import Any, Protocol

from oci_mlflow_plugin.adapters.local.serving.answers import Response, answer, refusal, too_large
from oci_mlflow_plugin.adapters.local.serving.deadlines import DeadlinePassedError
from oci_mlflow_plugin.adapters.local.serving.log import say_request

_LOG = logging.getLogger("score")
_METHODS = {"/predict": ("POST",), "/health": ("GET", "HEAD")}


class Predicts(Protocol):
    """The part of a scorer that requests need."""

    seconds: float

    def predict(self, data: Any) -> Any:  # noqa: ANN401
        """The prediction."""


class Request:
    """One request; `body` is None where it was larger than the limit, `length` where it was not told beforehand."""

    def __init__(self, method: str, path: str, length: int | None, body: bytes | None) -> None:
        self.method = method
        self.path = path.partition("?")[0]
        self.length = length
        self.body = body


class Handler:
    """Answers requests as the data plane of OCI does.

    Source: OCI documentation, "Invoking a model deployment", table of response codes.
    """

    def __init__(self, scorer: Predicts, server: str) -> None:
        self._scorer = scorer
        self._health = {"status": "ok", "python": platform.python_version(), "server": server}

    def handle(self, request: Request) -> Response:
        """The answer, after a line about it in the log; it never raises."""
        began = time.monotonic()
        response = self._answered(request)
        say_request(request.method, request.path, response.status, time.monotonic() - began, len(response.body))
        return response

    def _answered(self, request: Request) -> Response:
        methods = _METHODS.get(request.path)
        if methods is None:
            return refusal(404, "NotAuthorizedOrNotFound", f"there is nothing at {request.path}; POST to /predict")
        if request.method not in methods:
            message = f"{request.path} answers {methods[0]}, not {request.method}"
            return refusal(405, "MethodNotAllowed", message, ("Allow", ", ".join(methods)))
        if request.path == "/health":
            return answer(200, self._health)
        if request.length is None:
            return refusal(411, "LengthRequired", "the request needs a Content-Length header")
        if request.body is None:
            return too_large()
        return self._predict(request.body)

    def _predict(self, body: bytes) -> Response:
        try:
            data = json.loads(body)
        except ValueError as fault:
            message = f"the request body is not JSON: {fault}"
            return answer(400, {"error_code": "BAD_REQUEST", "message": message})
        try:
            return answer(200, self._scorer.predict(data))
        except DeadlinePassedError:
            message = f"the prediction took longer than {self._scorer.seconds:g} s, the limit of OCI model deployments"
            _LOG.error(message)
            return refusal(500, "InternalServerError", message)
        except BaseException as fault:  # noqa: BLE001 - sys.exit() in score.py must not end the server
            return _failure(fault)


def _failure(fault: BaseException) -> Response:
    status = getattr(fault, "status", None)
    if isinstance(status, int) and 400 <= status < 500:  # noqa: PLR2004 - the range of client errors
        code = getattr(fault, "error_code", "BAD_REQUEST")
        return answer(status, {"error_code": str(code), "message": str(fault)})
    _LOG.error("the prediction failed", exc_info=fault)
    return refusal(500, "InternalServerError", f"{type(fault).__name__}: {fault}")
