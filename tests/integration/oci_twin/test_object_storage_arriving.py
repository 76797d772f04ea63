"""Bodies on their way, and callers at the same time."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import oci
import pytest
import requests
from oci_twin.twin import Twin

SECONDS = 10
SIZE = 6_000_000


@pytest.fixture
def half_sent(twin: Twin, storage: Any) -> Any:
    """A connection over which the head of a large upload and half of its body went."""
    path = f"/n/{twin.namespace}/b/{twin.bucket}/o/pack"
    signer = storage.base_client.signer.without_content_headers
    signed = signer(requests.Request("PUT", twin.url + path).prepare())
    headers = {**{name: signed.headers[name] for name in ("authorization", "date", "host")}, "content-length": SIZE}
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    with socket.create_connection(("127.0.0.1", int(twin.url.rpartition(":")[2])), SECONDS) as connection:
        connection.sendall(f"PUT {path} HTTP/1.1\r\nexpect: 100-continue\r\n{lines}\r\n".encode())
        assert connection.recv(1000).startswith(b"HTTP/1.1 100 ")
        connection.sendall(b"x" * (SIZE // 2))
        yield connection


def _wait_until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)


def _blobs(twin: Twin) -> list[Path]:
    return list(twin.state.blobs.iterdir())


def test_a_body_is_asked_for_and_taken(twin: Twin, storage: Any, half_sent: socket.socket) -> None:
    half_sent.sendall(b"y" * (SIZE // 2))

    assert half_sent.recv(1000).startswith(b"HTTP/1.1 200 ")
    content = storage.get_object(twin.namespace, twin.bucket, "pack").data.content
    assert content == b"x" * (SIZE // 2) + b"y" * (SIZE // 2)


def test_a_caller_who_goes_away_within_the_body_leaves_nothing(
    twin: Twin, storage: Any, half_sent: socket.socket
) -> None:
    _wait_until(lambda: len(_blobs(twin)) == 1)

    half_sent.close()

    _wait_until(lambda: _blobs(twin) == [])
    assert storage.list_objects(twin.namespace, twin.bucket).data.objects == []
    assert "put_object" not in [call[1] for call in twin.faults.calls]


def test_of_many_creators_at_once_one_succeeds(twin: Twin, storage: Any) -> None:
    together = threading.Barrier(8)

    def create(number: int) -> int:
        together.wait(SECONDS)
        try:
            body = b"%d" % number * 300_000
            return int(storage.put_object(twin.namespace, twin.bucket, "a", body, if_none_match="*").status)
        except oci.exceptions.ServiceError as error:
            return int(error.status)

    with ThreadPoolExecutor(8) as callers:
        statuses = sorted(callers.map(create, range(8)))

    assert statuses == [200] + [412] * 7
    assert len(_blobs(twin)) == 1
