"""Which process a container works for, so that what a killed one left can be told from what another one uses."""

from __future__ import annotations

import os
import socket

import attrs


@attrs.frozen
class Owner:
    """A process of a machine."""

    machine: str
    pid: int

    @classmethod
    def this_process(cls) -> Owner:
        return cls(socket.gethostname(), os.getpid())

    @classmethod
    def parse(cls, text: str) -> Owner | None:
        """What `__str__` wrote, or None for anything else."""
        machine, _, pid = text.rpartition(":")
        return cls(machine, int(pid)) if machine and pid.isdigit() else None

    def __str__(self) -> str:
        return f"{self.machine}:{self.pid}"

    @property
    def is_gone(self) -> bool:
        """Whether it is known to have ended; of another machine's processes nothing is known."""
        if self.machine != socket.gethostname():
            return False
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return True
        except PermissionError:
            return False
        return False
