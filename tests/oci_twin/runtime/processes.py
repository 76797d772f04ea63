"""Server processes, one for each generation of a conda deployment."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO

import attrs

from oci_twin.runtime.confinement import can_mount
from oci_twin.runtime.failing import CannotServe

_HERE = Path(__file__).parent
_LAUNCH, _RUNNER = _HERE / "launch.py", _HERE / "runner.py"
#: Seconds for requests that were begun, a little more than the runner gives them.
_GRACE = 70.0


@attrs.frozen
class Program:
    """What to run."""

    python: Path
    artifact: Path
    home: Path
    environment: Mapping[str, str]


class ServerProcess:
    """A process group that serves an artifact on a port of its own; it ends with this process at the latest."""

    def __init__(self, program: Program, say: Callable[[str], None]) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        report, self._lifeline = self._start(program)
        self._report = ""
        listener = threading.Thread(target=self._listen, args=(report,), daemon=True)
        self._pumps = [
            threading.Thread(target=_pump, args=(stream, say), daemon=True)
            for stream in (self._process.stdout, self._process.stderr)
        ]
        self._told, self._ended = threading.Event(), threading.Event()
        for thread in (listener, *self._pumps):
            thread.start()
        threading.Thread(target=self._bury, daemon=True).start()

    def _start(self, program: Program) -> tuple[int, int]:
        """Starts the process; the reading end of what it reports, and the end of the pipe that keeps it alive."""
        report, told = os.pipe()
        held, lifeline = os.pipe()
        sock = self._listening.fileno()
        try:
            self._process = _popen(_plan(program, sock, told, held), (sock, told, held))
        finally:
            self._listening.close()
            os.close(told)
            os.close(held)
        return report, lifeline

    @property
    def alive(self) -> bool:
        """Whether it can still answer."""
        return self._process.poll() is None

    def wait_ready(self) -> None:
        """Returns when the model is loaded.

        Raises:
            CannotServe: It never will be.
        """
        self._told.wait()
        fault = json.loads(self._report) if self._report else "the inference server ended before the model was loaded"
        if fault is not None:
            self.kill()
            raise CannotServe(str(fault))

    def stop(self) -> None:
        """Lets it finish what it has begun, then ends it; waits for that."""
        self._signal(signal.SIGTERM)
        if not self._ended.wait(_GRACE):
            self.kill()

    def kill(self) -> None:
        """Ends it at once, and waits until it is gone and all its output is read."""
        self._signal(signal.SIGKILL)
        self._ended.wait()

    def _signal(self, number: signal.Signals) -> None:
        if self.alive:
            with contextlib.suppress(ProcessLookupError):
                if number == signal.SIGTERM:
                    self._process.send_signal(number)
                else:
                    os.killpg(self._process.pid, number)

    def _listen(self, report: int) -> None:
        with os.fdopen(report) as stream:
            self._report = stream.read()
        self._told.set()

    def _bury(self) -> None:
        self._process.wait()
        # what it started may outlive it
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        os.close(self._lifeline)
        for pump in self._pumps:
            pump.join()
        self._ended.set()


def _plan(program: Program, sock: int, report: int, lifeline: int) -> str:
    job = json.dumps({"artifact": str(program.artifact), "socket": sock, "report": report})
    plan = {
        "lifeline": lifeline,
        "home": str(program.home),
        "mounts": can_mount(),
        "environment": dict(program.environment),
        "command": [str(program.python), "-u", str(_RUNNER), job],
    }
    return json.dumps(plan)


def _popen(plan: str, descriptors: tuple[int, ...]) -> subprocess.Popen[str]:
    """Starts it; the plan goes through a pipe, because everybody may read the arguments of a process."""
    process = subprocess.Popen(
        [sys.executable, "-I", "-S", str(_LAUNCH)],
        pass_fds=descriptors,
        env={"PATH": os.defpath},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
    )
    assert process.stdin is not None
    with contextlib.suppress(BrokenPipeError), process.stdin as told:
        told.write(plan)
    return process


def _pump(stream: IO[str], say: Callable[[str], None]) -> None:
    with stream:
        for line in stream:
            say(line.rstrip("\n"))
