"""Clients that ask as fast as they are answered; runs as a process of its own, which measures nothing but answers."""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import subprocess
import sys
import time
from pathlib import Path

import attrs

_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_OK = b"HTTP/1.1 200"


@attrs.frozen
class Load:
    """What so many clients got in some seconds."""

    rps: float
    p50_ms: float
    p99_ms: float
    #: Answers.
    count: int
    #: Of which were no 200.
    faults: int


def load(port: int, path: str, body: Path, clients: int, seconds: float) -> Load:
    """Asks from another process.

    Raises:
        SystemExit: It failed.
    """
    command = [sys.executable, __file__, str(port), path, str(body), str(clients), str(seconds)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} ended with status {done.returncode}")
    return Load(**json.loads(done.stdout))


class _Client(asyncio.Protocol):
    """One connection, which is kept open."""

    def __init__(self, request: bytes, until: float) -> None:
        self._request = request
        self._until = until
        self._buffer = bytearray()
        self._asked = 0.0
        self._transport: asyncio.WriteTransport | None = None
        self.took: list[float] = []
        self.faults = 0
        self.over: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Asks the first time."""
        if not isinstance(transport, asyncio.WriteTransport):
            raise TypeError(transport)
        self._transport = transport
        self._ask()

    def data_received(self, data: bytes) -> None:
        """Counts an answer once it is whole, and asks again."""
        self._buffer += data
        end = self._buffer.find(b"\r\n\r\n")
        found = _LENGTH.search(self._buffer, 0, end) if end >= 0 else None
        if found is None or len(self._buffer) < end + 4 + int(found[1]):
            return
        self.took.append(time.perf_counter() - self._asked)
        self.faults += not self._buffer.startswith(_OK)
        self._buffer.clear()
        self._ask()

    def connection_lost(self, _fault: Exception | None) -> None:
        """Ends; a connection that the server closes is a fault unless time is up."""
        self.faults += time.perf_counter() < self._until
        if not self.over.done():
            self.over.set_result(None)

    def _ask(self) -> None:
        if self._transport is None:
            return
        self._asked = time.perf_counter()
        if self._asked >= self._until:
            self._transport.close()
        else:
            self._transport.write(self._request)


async def _run(port: int, request: bytes, clients: int, seconds: float) -> Load:
    loop = asyncio.get_running_loop()
    began = time.perf_counter()
    made = [
        await loop.create_connection(lambda: _Client(request, began + seconds), "127.0.0.1", port)
        for _ in range(clients)
    ]
    protocols = [protocol for _, protocol in made]
    await asyncio.gather(*(protocol.over for protocol in protocols))
    took = sorted(each for protocol in protocols for each in protocol.took)
    if not took:
        raise SystemExit(f"port {port} answered nothing in {seconds:g} s")
    whole = time.perf_counter() - began
    faults = sum(protocol.faults for protocol in protocols)
    return Load(len(took) / whole, _percentile(took, 0.5), _percentile(took, 0.99), len(took), faults)


def _percentile(values: list[float], share: float) -> float:
    return values[min(len(values) - 1, int(share * len(values)))] * 1000


def _main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("path")
    parser.add_argument("body", type=Path)
    parser.add_argument("clients", type=int)
    parser.add_argument("seconds", type=float)
    told = parser.parse_args()
    content = told.body.read_bytes()
    head = (
        f"POST {told.path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(content)}\r\n\r\n"
    )
    found = asyncio.run(_run(told.port, head.encode() + content, told.clients, told.seconds))
    print(json.dumps(attrs.asdict(found)))


if __name__ == "__main__":
    _main()
