"""HTTP answers in the form that OCI's data plane gives them."""

from __future__ import annotations

import json
import uuid
from typing import Any, NamedTuple

#: Source: OCI documentation, "Invoking a model deployment": payloads above 10 MB are answered with 413.
BODY_LIMIT = 10 * 1024 * 1024
_TOO_LARGE = "the request body is larger than 10 MB (10485760 bytes), the limit of OCI model deployments"
_REASONS = {200: "OK", 400: "Bad Request", 404: "Not Found", 405: "Method Not Allowed", 411: "Length Required"}
_REASONS.update({413: "Payload Too Large", 500: "Internal Server Error"})


class Response(NamedTuple):
    """One answer; every connection ends with it, so that no request is sent to a server that is about to leave."""

    status: int
    body: bytes
    #: More headers than those that every answer has.
    extra: tuple = ()  # type: ignore[type-arg]

    @property
    def headers(self) -> list[tuple[str, str]]:
        """Content-Type and Content-Length, a request id as OCI's gateway adds it, and the extra ones."""
        return [
            ("Content-Type", "application/json"),
            ("Content-Length", str(len(self.body))),
            ("opc-request-id", uuid.uuid4().hex.upper()),
            *self.extra,
        ]

    @property
    def status_line(self) -> str:
        """As WSGI wants it, such as ``200 OK``."""
        return f"{self.status} {_REASONS.get(self.status, 'Error')}"


def answer(status: int, value: Any, *extra: tuple[str, str]) -> Response:  # noqa: ANN401
    """The value as JSON.

    Raises:
        TypeError: The value is not made of plain JSON types.
        ValueError: It holds NaN or an infinity, which JSON cannot say.
    """
    return Response(status, json.dumps(value, allow_nan=False).encode(), extra)


def refusal(status: int, code: str, message: str, *extra: tuple[str, str]) -> Response:
    """``{"code", "message"}``, the body of OCI's own errors."""
    return answer(status, {"code": code, "message": message}, *extra)


def too_large() -> Response:
    """The answer to a body above the limit."""
    return refusal(413, "PayloadTooLarge", _TOO_LARGE)
