"""Answers that come piece by piece, from models with ``predict_stream``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from oci_mlflow_plugin.adapters.image_server.server.loading import Loaded
from oci_mlflow_plugin.adapters.image_server.server.payload import Payload, failure

MEDIA = b"text/event-stream"
_END = b"data: [DONE]\n\n"


def can_stream(loaded: Loaded) -> bool:
    """Whether the model says that it has ``predict_stream``, and its MLflow knows of it."""
    flavor = loaded.model.metadata.flavors.get("python_function", {})
    return bool(flavor.get("streamable")) and hasattr(loaded.model, "predict_stream")


def wants_stream(body: bytes) -> bool:
    """Whether a chat or completion request asks for a stream: ``"stream": true``, as MLflow's agent server reads it."""
    if b'"stream"' not in body:
        return False
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError):
        return False
    return isinstance(parsed, dict) and parsed.get("stream") is True


class Stream:
    """The pieces of one answer as server-sent events: ``data: JSON`` for each, ``data: [DONE]`` last.

    Source: the form is that of OpenAI's API, which MLflow's agent server has too.
    """

    def __init__(self, loaded: Loaded, payload: Payload, body: bytes, form: str) -> None:
        self._score = loaded.score
        self._request = payload.request(body, form)._replace(unwrapped=True)
        self._pieces: Iterator[Any] = self._begun(loaded)
        self._is_over = False

    def _begun(self, loaded: Loaded) -> Iterator[Any]:
        try:
            return iter(loaded.model.predict_stream(self._request.data, params=self._request.params))
        except Exception as fault:
            self._score.refuse_input(fault, loaded.model.metadata)
            raise

    def first(self) -> bytes:
        """The first event; raises what the model raises, since the answer's status is still open.

        Raises:
            Exception: Whatever the model raises.
        """
        for piece in self._pieces:
            return self._event(piece)
        return self._end()

    def following(self) -> bytes | None:
        """The next event, or None after the last; a model that fails now is told of in an event."""
        if self._is_over:
            return None
        try:
            for piece in self._pieces:
                return self._event(piece)
        except BaseException as fault:  # noqa: BLE001 - sys.exit() in a model must not end the server
            told = json.loads(failure(fault).body)
            return b"data: " + json.dumps({"error": told["message"]}).encode() + b"\n\n" + self._end()
        return self._end()

    def close(self) -> None:
        """Ends the model's generator where the client has left."""
        close = getattr(self._pieces, "close", None)
        if close is not None:
            close()

    def _end(self) -> bytes:
        self._is_over = True
        return _END

    def _event(self, piece: Any) -> bytes:  # noqa: ANN401
        plain = self._score.answered(self._request, piece)
        return b"data: " + json.dumps(plain, allow_nan=False).encode() + b"\n\n"
