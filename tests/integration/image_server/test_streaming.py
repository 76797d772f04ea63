"""Answers that come piece by piece."""

from __future__ import annotations

import json
import socket

import pytest
from integration.image_server.serving import Served


def _talk(text: str, **more: object) -> dict[str, object]:
    return {"messages": [{"role": "user", "content": text}], **more}


def _events(body: bytes) -> list[object]:
    parts = [part.partition(b"data: ")[2] for part in body.split(b"\n\n")[:-1]]
    return [part.decode() if part == b"[DONE]" else json.loads(part) for part in parts]


def _words(events: list[object]) -> list[object]:
    return [each if isinstance(each, str) else each["choices"][0]["delta"]["content"] for each in events]  # type: ignore[index]


@pytest.mark.parametrize(
    ("path", "headers", "more"),
    [
        ("/predictWithResponseStream", {}, {}),
        ("/predict", {"accept": "application/json, text/event-stream"}, {}),
        ("/predict", {}, {"stream": True}),
        ("/invocations", {}, {"stream": True}),
    ],
)
def test_a_stream_is_answered_piece_by_piece(
    streaming: Served, path: str, headers: dict[str, str], more: dict[str, object]
) -> None:
    told = streaming.predict(_talk("one two", **more), path, **headers)

    assert (told.status, told.headers["content-type"]) == (200, "text/event-stream")
    assert _words(_events(told.body)) == ["one", "two", "[DONE]"]


def test_a_stream_that_nobody_asked_for_is_a_whole_answer(streaming: Served) -> None:
    told = streaming.predict(_talk("one two"))

    assert told.json()["choices"][0]["message"]["content"] == "one two"


def test_a_piece_is_sent_as_soon_as_it_is_there(streaming: Served) -> None:
    body = json.dumps(_talk("one slow", stream=True)).encode()
    with socket.create_connection(("127.0.0.1", streaming.port), timeout=30) as line:
        line.sendall(
            b"POST /predict HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(body)
        )
        line.sendall(body)
        pieces = list(iter(lambda: line.recv(1 << 16), b""))

    first = next(number for number, piece in enumerate(pieces) if b"one" in piece)
    assert not any(b"slow" in piece for piece in pieces[: first + 1])
    assert any(b"slow" in piece for piece in pieces)


def test_a_model_that_fails_before_the_first_piece_is_answered_with_500(streaming: Served) -> None:
    told = streaming.predict(_talk("fail", stream=True))

    message = "ZeroDivisionError: the model's own fault"
    assert (told.status, told.json()) == (500, {"code": "InternalServerError", "message": message})


def test_a_model_that_fails_between_pieces_tells_so_in_an_event(streaming: Served) -> None:
    told = streaming.predict(_talk("one fail", stream=True))

    assert _events(told.body)[1:] == [{"error": "ZeroDivisionError: the model's own fault"}, "[DONE]"]


def test_lines_that_a_model_writes_while_it_streams_have_the_requests_id(streaming: Served) -> None:
    told = streaming.predict(_talk("one two", stream=True))

    def messages() -> list[str]:
        lines = streaming.lines()
        return [line["message"] for line in lines if line.get("request_id") == told.headers["opc-request-id"]]

    # the last is written when the answer has been sent
    streaming.wait_for(lambda: "request" in messages())
    assert messages() == ["a word", "a word", "request"]


def test_bad_input_to_a_stream_is_answered_with_400(streaming: Served) -> None:
    told = streaming.ask("POST", "/predictWithResponseStream", b"{")

    assert (told.status, told.json()["error_code"]) == (400, "BAD_REQUEST")
