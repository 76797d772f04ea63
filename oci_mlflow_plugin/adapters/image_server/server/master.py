"""The process above those that answer: starts them, minds them and ends them."""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import socket
import time
from collections.abc import Callable
from typing import Any

from oci_mlflow_plugin.adapters.image_server.server import logs, worker
from oci_mlflow_plugin.adapters.image_server.server.carrying import GRACE
from oci_mlflow_plugin.adapters.image_server.server.children import Child, Children
from oci_mlflow_plugin.adapters.image_server.server.forking import Seeds, can_fork
from oci_mlflow_plugin.adapters.image_server.server.loading import Loaded
from oci_mlflow_plugin.adapters.image_server.server.settings import Settings
from oci_mlflow_plugin.adapters.image_server.server.sizing import Size

#: Seconds that a process has to live for its successor to be started at once.
_SHORT_LIFE = 5.0
_SECOND = 1.0


class Master:
    """Keeps the wanted number of processes; while none is ready, the door answers in their place.

    Nobody whom a process has told that the model is ready meets the door afterwards: it has closed by then.
    """

    def __init__(
        self, settings: Settings, size: Size, sockets: list[socket.socket], begin_anew: Callable[[], None]
    ) -> None:
        self._begin_anew = begin_anew
        self._settings = settings
        self._size = size
        self._sockets = sockets
        self._children = Children()
        #: The one that is open; those that have closed finish what they have begun.
        self._door: Child | None = None
        self._doors: set[Child] = set()
        self._loaded: Loaded | None = None
        self._seeds: Seeds | None = None
        self._why = worker.LOADING
        self._asked = False
        self._next_start = 0.0
        self._unloaded = False

    def run(self) -> int:
        """Serves until SIGTERM; the exit status: 0, or 3 where the model cannot be loaded."""
        waking = self._watch_signals()
        self._open_door()
        if self._size.forkable and not self._share_model():
            return worker.NOT_LOADED
        while not self._asked and not self._unloaded:
            self._start_missing()
            self._mind_door()
            self._wait(waking)
            self._hear()
            self._bury()
        return self._end()

    def _watch_signals(self) -> int:
        reading, writing = os.pipe()
        for end in (reading, writing):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(writing)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._asked_to_end)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        return reading

    def _asked_to_end(self, *_signal: Any) -> None:  # noqa: ANN401
        self._asked = True
        if self._loaded is None and self._size.forkable:
            # a model may be loading, in code that would go on for minutes
            self._end()
            worker.leave(0)

    def _share_model(self) -> bool:
        """Loads the model once for all; the process begins anew, without it, where it cannot be shared."""
        seeds = Seeds()
        loaded = worker.load_or_say_why(self._settings)
        if loaded is None:
            self._end()
            return False
        reason = can_fork()
        if reason:
            logs.say("INFO", "each process loads the model for itself", reason=reason)
            self._end()
            self._begin_anew()
        gc.freeze()
        self._loaded, self._seeds = loaded, seeds
        return True

    def _start_missing(self) -> None:
        missing = self._size.workers - sum(child not in self._doors for child in self._children.alive.values())
        if missing > 0 and time.monotonic() >= self._next_start:
            for _ in range(missing):
                self._children.fork(self._work)

    def _work(self, pipes: worker.Pipes) -> int:
        if self._seeds is not None:
            self._seeds.renew()
        return worker.work(self._settings, self._size.threads, self._sockets, pipes, self._loaded)

    def _mind_door(self) -> None:
        ready = [child for child in self._children.alive.values() if child.ready]
        if not ready:
            if self._door is None:
                self._open_door()
        elif self._door is not None:
            self._door.end()
        else:
            for child in ready:
                child.admit()

    def _open_door(self) -> None:
        self._door = self._children.fork(lambda pipes: worker.keep_door(self._sockets, pipes))
        self._doors.add(self._door)
        self._door.tell(self._why)

    def _wait(self, waking: int) -> None:
        select.select([waking, self._children.reports], [], [], _SECOND)
        try:
            os.read(waking, 1 << 10)
        except BlockingIOError:
            return

    def _hear(self) -> None:
        try:
            text = os.read(self._children.reports, 1 << 16)
        except BlockingIOError:
            return
        for line in text.splitlines():
            self._heard(json.loads(line))

    def _heard(self, said: dict[str, Any]) -> None:
        child = self._children.alive.get(said["pid"])
        if child is self._door and said.get("closed"):
            self._door = None
        elif child is not None and said.get("ready"):
            child.ready = True
            logs.say("INFO", "ready", worker=child.pid, quick=said["quick"])
        elif "why" in said:
            self._why = said["why"]
            if self._door is not None:
                self._door.tell(self._why)

    def _bury(self) -> None:
        for child, status in self._children.reap():
            if child in self._doors:
                self._doors.remove(child)
                self._door = None if child is self._door else self._door
            elif not self._asked and status:
                self._lost(child, status)

    def _lost(self, child: Child, status: int) -> None:
        if os.WIFEXITED(status) and os.WEXITSTATUS(status) == worker.NOT_LOADED and not child.ready:
            self._unloaded = True
            return
        how = f"signal {os.WTERMSIG(status)}" if os.WIFSIGNALED(status) else f"status {os.WEXITSTATUS(status)}"
        self._why = f"a process that answered ended with {how}"
        logs.say("ERROR", self._why, worker=child.pid)
        if time.monotonic() - child.began < _SHORT_LIFE:
            self._next_start = time.monotonic() + _SECOND

    def _end(self) -> int:
        for sock in self._sockets:
            sock.close()
        for child in list(self._children.alive.values()):
            child.end()
        deadline = time.monotonic() + GRACE + _SECOND
        while self._children.alive and time.monotonic() < deadline:
            self._children.reap()
            time.sleep(0.02)
        for child in list(self._children.alive.values()):
            child.end(signal.SIGKILL)
        logs.say("INFO", "ended")
        return worker.NOT_LOADED if self._unloaded else 0
