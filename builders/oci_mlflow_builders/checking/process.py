"""Running code of a prefix so that nothing of it goes on afterwards."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import attrs

from oci_mlflow_builders.commands import TAIL
from oci_mlflow_builders.redaction import redact
from oci_mlflow_core.errors import CancelledError

#: Seconds between two looks at whether it should go on.
_INTERVAL = 0.2
#: Bytes of its output that are looked at.
_OUTPUT = 1 << 16


@attrs.frozen
class Ended:
    """How a process ended."""

    #: Exit status; negative for a signal; None where its time was up.
    status: int | None
    #: The last lines that it printed, without credentials and empty lines.
    tail: tuple[str, ...]

    @property
    def how(self) -> str:
        """What its status says."""
        if self.status is None:
            return "it did not end in time"
        if self.status < 0:
            return f"it was ended by {signal.Signals(-self.status).name}"
        return f"it ended with status {self.status}"


def run_and_end(
    arguments: Sequence[str],
    *,
    environment: Mapping[str, str],
    folder: Path,
    seconds: float,
    stopped: Callable[[], bool],
) -> Ended:
    """Runs a program with all that it starts in a group of their own, which is killed when the program has ended.

    Args:
        arguments: The program and its arguments.
        environment: All variables that it sees.
        folder: Where it runs, and where the file ``output`` takes what it prints.
        seconds: After that long it is ended.
        stopped: Asked several times a second.

    Raises:
        CancelledError: It was stopped, and is ended.
        OSError: The program cannot be started.
    """
    with (folder / "output").open("wb+") as output:
        process = subprocess.Popen(
            list(arguments),
            env=dict(environment),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            status = _wait(process, seconds, stopped)
        finally:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        output.seek(max(0, output.seek(0, os.SEEK_END) - _OUTPUT))
        text = redact(output.read().decode(errors="replace"))
    lines = [line.rstrip() for line in text.splitlines() if line.strip()]
    return Ended(status, tuple(lines[-TAIL:]))


def _wait(process: subprocess.Popen[bytes], seconds: float, stopped: Callable[[], bool]) -> int | None:
    end = time.monotonic() + seconds
    while True:
        with suppress(subprocess.TimeoutExpired):
            return process.wait(_INTERVAL)
        if stopped():
            raise CancelledError("trying the environment")
        if time.monotonic() > end:
            return None
