"""One server process."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from contextlib import suppress
from typing import Any

from oci_mlflow_plugin.adapters.local.supervision.folder import DeploymentFolder, append_private
from oci_mlflow_plugin.adapters.local.supervision.probe import HealthProbe
from oci_mlflow_plugin.adapters.local.supervision.programs import program_of


class Shared:
    """What all servers of a deployment get: its listening socket, the end of the lifeline, the lock of the living."""

    def __init__(self, listener: socket.socket, lifeline: int, living: int) -> None:
        self.listener = listener
        self.lifeline = lifeline
        self.living = living


class Server:
    """A server process of its own process group, with a private socket that is asked for its health."""

    def __init__(self, order: dict[str, Any], shared: Shared, folder: DeploymentFolder) -> None:
        self._private = socket.create_server(("127.0.0.1", 0))
        self._private.setblocking(False)  # noqa: FBT003 - the only form
        sockets = [shared.listener.fileno(), self._private.fileno()]
        number, artifact = order["generation"], order["launch"]["artifact"]
        job = {"artifact": artifact, "lifeline": shared.lifeline, "sockets": sockets}
        program = program_of(order, {**job, "fault": str(folder.fault(number))}, folder)
        with append_private(folder.log(number)) as output:
            self._process = subprocess.Popen(
                program.command,
                cwd=folder.home,
                env=program.variables,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                pass_fds=(*sockets, shared.lifeline, shared.living),
                start_new_session=True,
                preexec_fn=program.before,  # noqa: PLW1509 - this process has no threads
            )
        self._port = self._private.getsockname()[1]
        self._probe = HealthProbe(self._port)
        self._asked: float | None = None

    @property
    def pid(self) -> int:
        """Of the process that leads the group."""
        return self._process.pid

    @property
    def ready(self) -> bool:
        """Whether it has loaded the model and answers."""
        if not self._probe.ready:
            with suppress(OSError):
                self._probe.look()
        if self._probe.ready:
            self._private.close()
        return self._probe.ready

    def death(self) -> str | None:
        """How it ended, in words; None while it lives."""
        status = self._process.poll()
        if status is None:
            return None
        self._close()
        if status < 0:
            return f"was killed by {signal.Signals(-status).name}"
        return f"ended with exit status {status}"

    def ask_to_end(self) -> None:
        """Lets it finish the requests that it has and end."""
        self._asked = time.monotonic()
        with suppress(ProcessLookupError):
            self._process.terminate()

    def accepts(self) -> bool:
        """Whether it still takes connections; servers close their sockets once they take no more."""
        if self.death() is not None:
            return False
        try:
            socket.create_connection(("127.0.0.1", self._port), timeout=1).close()
        except OSError:
            return False
        return True

    def asked_for(self) -> float:
        """Seconds since it was asked to end."""
        return 0.0 if self._asked is None else time.monotonic() - self._asked

    def kill(self) -> None:
        """Ends it and what it has started, at once; returns when it is gone."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._close()

    def _close(self) -> None:
        self._probe.close()
        self._private.close()
