"""The supervisor's process: one for each deployment, from its creation to its end.

It owns the listening socket, so the deployment's URL is the same whatever server answers, and a request that comes
while servers change waits in the socket's queue. Commands talk to it by files alone.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
from pathlib import Path

from oci_mlflow_plugin.adapters.home.flock import claim
from oci_mlflow_plugin.adapters.local.supervision.folder import DeploymentFolder
from oci_mlflow_plugin.adapters.local.supervision.keeper import Keeper, owner_is_gone, remove
from oci_mlflow_plugin.adapters.local.supervision.server import Shared

#: Seconds between two looks.
_PAUSE = 0.1


def main(arguments: list[str]) -> int:
    """Supervises the deployment in the folder.

    Args:
        arguments: The folder; the descriptors of the listening socket and of the supervisor's lock, which the
            command that starts it holds until then; and that of the lifeline of a foreground deployment, or -1.
    """
    folder = DeploymentFolder(Path(arguments[0]))
    listener, lock, lifeline = (int(each) for each in arguments[1:])
    if os.fork():
        # the command waits for this process alone, so the supervisor is nobody's child
        os._exit(0)
    # neither servers nor what they start may keep these
    for descriptor in (listener, lock):
        os.set_inheritable(descriptor, False)  # noqa: FBT003 - the only form
    signals: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _frame: signals.append(number))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    _supervise(folder, socket.socket(fileno=listener), lifeline, signals)
    return 0


def _supervise(folder: DeploymentFolder, listener: socket.socket, lifeline: int, signals: list[int]) -> None:
    # several servers wait for one socket: none may block in accept() for a connection that another has taken
    listener.setblocking(False)  # noqa: FBT003 - the only form
    living = claim(folder.processes_lock)
    reading, _writing = os.pipe()
    if living is None:
        sys.exit(f"{folder.processes_lock} is held: processes of this deployment still run")
    keeper = Keeper(folder, Shared(listener, reading, living))
    while not (folder.stop_marker.exists() or signals or owner_is_gone(lifeline)):
        if not keeper.look():
            keeper.end()
            return
        time.sleep(_PAUSE)
    keeper.end("the supervisor was ended by SIGTERM" if signals else "")
    if owner_is_gone(lifeline) and not folder.stop_marker.exists():
        remove(folder)
