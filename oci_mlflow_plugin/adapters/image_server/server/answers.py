"""Answers: those of OCI's data plane on its paths, those of MLflow's scoring server on its own."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

#: Source: OCI documentation, "Invoking a model deployment": payloads above 10 MB are answered with 413.
BODY_LIMIT = 10 * 1024 * 1024
JSON = b"application/json"
_TOO_LARGE = "the request body is larger than 10 MB (10485760 bytes), the limit of OCI model deployments"


class Answer(NamedTuple):
    """One whole answer."""

    status: int
    body: bytes
    media: bytes = JSON
    #: More headers, as ASGI wants them.
    extra: tuple = ()  # type: ignore[type-arg]


def answer(value: Any, status: int = 200, extra: tuple = ()) -> Answer:  # type: ignore[type-arg]  # noqa: ANN401
    """The value as JSON.

    Raises:
        TypeError: The value is not made of plain JSON types.
        ValueError: It holds NaN or an infinity, which JSON cannot say.
    """
    return Answer(status, json.dumps(value, allow_nan=False).encode(), JSON, extra)


def refusal(status: int, code: str, message: str, extra: tuple = ()) -> Answer:  # type: ignore[type-arg]
    """``{"code", "message"}``, the body of OCI's own errors."""
    return answer({"code": code, "message": message}, status, extra)


def invalid(message: str, code: str = "BAD_REQUEST", status: int = 400) -> Answer:
    """``{"error_code", "message"}``, the body of MLflow's errors, for what is wrong with a request."""
    return answer({"error_code": code, "message": message}, status)


def too_large() -> Answer:
    """The answer to a body above the limit."""
    return refusal(413, "PayloadTooLarge", _TOO_LARGE)


def not_found(path: str) -> Answer:
    """The answer to a path that there is not."""
    return refusal(404, "NotAuthorizedOrNotFound", f"there is nothing at {path}; POST to /predict")


def not_allowed(path: str, method: str, allowed: tuple) -> Answer:  # type: ignore[type-arg]
    """The answer to a method that the path does not have."""
    extra = ((b"allow", ", ".join(allowed).encode()),)
    return refusal(405, "MethodNotAllowed", f"{path} answers {allowed[0]}, not {method}", extra)
