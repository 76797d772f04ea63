"""Runs as processes of this machine."""

from __future__ import annotations

import hashlib
import os
import platform
import uuid
from pathlib import Path

from oci_mlflow_core.model.run_id import REQUEST_DIGITS, RunId
from oci_mlflow_core.ports.runs import Runs

_MACHINE_DIGITS = 12
#: Change when the machine is started anew, and differ between containers that share its name.
_IDENTITY = (Path("/proc/sys/kernel/random/boot_id"), Path("/etc/machine-id"))
_PID_NAMESPACE = Path("/proc/self/ns/pid")
#: Field 22 of /proc/PID/stat, counted behind the name of the program, which may hold spaces (proc(5)).
_START_FIELD = 19


class ProcessRuns(Runs):
    """A run is the process that begins it, known by its number and the moment of its start."""

    def begin(self, request_digest: str) -> str:
        """See `Runs.begin`."""
        return str(
            RunId(
                unique=uuid.uuid4().hex,
                request=request_digest[:REQUEST_DIGITS],
                machine=_machine(),
                pid=os.getpid(),
                started=_started(os.getpid()) or 0,
            )
        )

    def goes_on(self, run_id: str) -> bool | None:
        """See `Runs.goes_on`."""
        run = RunId.parse(run_id)
        if run is None or run.machine != _machine():
            return None
        if run.started:
            return _started(run.pid) == run.started
        return _is_there(run.pid)


def _machine() -> str:
    parts = [platform.node(), *(_text(path) for path in _IDENTITY)]
    if _PID_NAMESPACE.is_symlink():
        parts.append(str(_PID_NAMESPACE.readlink()))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:_MACHINE_DIGITS]


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except OSError:
        return ""


def _started(pid: int) -> int | None:
    """Clock ticks since the machine was started; None where there is no such process, or no /proc."""
    text = _text(Path("/proc", str(pid), "stat"))
    fields = text.rpartition(")")[2].split()
    return int(fields[_START_FIELD]) if len(fields) > _START_FIELD else None


def _is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
