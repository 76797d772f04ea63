"""Processes that are forked, told things and ended."""

from __future__ import annotations

import logging
import os
import signal
import time
from collections.abc import Callable

from oci_mlflow_plugin.adapters.image_server.server.worker import Pipes, leave


class Child:
    """One process below this one."""

    def __init__(self, pid: int, orders: int) -> None:
        self.pid = pid
        self.began = time.monotonic()
        self.ready = False
        self._orders = orders
        self._admitted = False

    def tell(self, text: str) -> None:
        """Sends it one line."""
        try:
            os.write(self._orders, text.replace("\n", " ").encode() + b"\n")
        except OSError:
            return

    def admit(self) -> None:
        """Lets it answer, from the first time on."""
        if not self._admitted:
            self._admitted = True
            self.tell("admitted")

    def end(self, number: int = signal.SIGTERM) -> None:
        """Asks it to end."""
        try:
            os.kill(self.pid, number)
        except ProcessLookupError:
            return

    def close(self) -> None:
        """Gives up the pipe to it."""
        os.close(self._orders)


class Children:
    """All processes below this one, and the pipe on which they report."""

    def __init__(self) -> None:
        self.reports, self._reporting = os.pipe()
        os.set_blocking(self.reports, False)
        self.alive: dict[int, Child] = {}

    def fork(self, run: Callable[[Pipes], int]) -> Child:
        """Starts a process that runs the function and ends with the status that it returns."""
        reading, writing = os.pipe()
        pid = os.fork()
        if pid == 0:
            self._become_child(writing)
            leave(_status_of(run, Pipes(reading, self._reporting)))
        os.close(reading)
        child = Child(pid, writing)
        self.alive[pid] = child
        return child

    def _become_child(self, writing: int) -> None:
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        os.close(writing)
        os.close(self.reports)
        for other in self.alive.values():
            # held open here, it would keep the other from seeing that the process above has ended
            other.close()

    def reap(self) -> list:  # type: ignore[type-arg]
        """Those that have ended since, each with its status as `os.waitpid` gives it."""
        ended = []
        while self.alive:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                break
            if pid == 0:
                break
            child = self.alive.pop(pid, None)
            if child is not None:
                child.close()
                ended.append((child, status))
        return ended


def _status_of(run: Callable[[Pipes], int], pipes: Pipes) -> int:
    try:
        return run(pipes)
    except SystemExit as asked:
        return asked.code if isinstance(asked.code, int) else 1
    except BaseException:
        logging.getLogger("server").critical("the process failed", exc_info=True)
        return 1
