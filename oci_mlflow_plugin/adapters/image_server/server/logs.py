"""The log: one JSON object a line on standard output."""

from __future__ import annotations

import json
import logging
import os
import sys
import time
from contextvars import ContextVar
from typing import Any

_STDOUT = 1
#: Characters of a path or another text that a client chose.
_SHOWN = 200
#: The id of the request that is answered, for lines that the model writes.
REQUEST_ID: ContextVar[str] = ContextVar("REQUEST_ID", default="")


def say(level: str, message: str, **fields: object) -> None:
    """Writes one line at once, in one piece; a log that cannot be written to does not keep a server from answering."""
    line = {"time": _stamp(time.time()), "level": level, "message": message, "pid": os.getpid()}
    line.update(fields)
    try:
        os.write(_STDOUT, json.dumps(line, default=str).encode() + b"\n")
    except OSError:
        return


def say_request(scope: Any, request_id: str, answered: Any, seconds: float) -> None:  # noqa: ANN401
    """One request: never what was sent.

    Args:
        scope: Of ASGI.
        request_id: Taken over from the client, or made.
        answered: Status and bytes of the answer, and bytes of the request's body.
        seconds: From the first byte of the request's body to the last of the answer.
    """
    status, sent, received = answered
    say(
        "INFO",
        "request",
        request_id=request_id,
        method=scope["method"][:_SHOWN],
        path=scope["path"][:_SHOWN],
        status=status,
        milliseconds=round(seconds * 1000, 1),
        request_bytes=received,
        response_bytes=sent,
    )


def _stamp(seconds: float) -> str:
    whole = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))
    return f"{whole}.{int(seconds * 1000) % 1000:03}Z"


class JsonHandler(logging.Handler):
    """Writes what Python's logging is told, each record as one line, with the id of the request it belongs to."""

    def emit(self, record: logging.LogRecord) -> None:
        """Writes the record; one that cannot be formatted is told of as logging does."""
        try:
            fields: dict[str, object] = {"logger": record.name}
            if REQUEST_ID.get():
                fields["request_id"] = REQUEST_ID.get()
            if record.exc_info:
                fields["exception"] = _FORMATTER.formatException(record.exc_info)
            say(record.levelname, record.getMessage(), **fields)
        except Exception:  # noqa: BLE001 - as every handler of logging
            self.handleError(record)


_FORMATTER = logging.Formatter()


def log_as_json() -> None:
    """Sends all of logging, and Python's warnings, through `JsonHandler`; warnings and worse are kept."""
    sys.stdout.flush()
    root = logging.getLogger()
    root.handlers[:] = [JsonHandler()]
    root.setLevel(logging.WARNING)
    logging.captureWarnings(capture=True)
    for name in ("uvicorn", "uvicorn.error", "mlflow"):
        # MLflow writes to a handler of its own once it is imported
        logger = logging.getLogger(name)
        logger.handlers[:] = []
        logger.propagate = True
