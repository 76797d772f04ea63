"""From a command line to a server."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

from oci_mlflow_plugin.adapters.image_server.server import logs, worker
from oci_mlflow_plugin.adapters.image_server.server.master import Master
from oci_mlflow_plugin.adapters.image_server.server.settings import APART, Settings, read_settings
from oci_mlflow_plugin.adapters.image_server.server.sizing import share_cores, size_of

_NOT_USABLE = 2
_BACKLOG = 2048


def main(arguments: Sequence[str]) -> int:
    """Serves until SIGTERM.

    Returns:
        The exit status: 0 after SIGTERM, 1 where a port is in use, 2 where settings cannot be used, 3 where the model
        cannot be loaded.
    """
    try:
        settings = read_settings(arguments, os.environ)
    except ValueError as fault:
        logs.say("ERROR", str(fault))
        return _NOT_USABLE
    try:
        sockets = [_listening(settings.host, port) for port in settings.ports]
    except OSError as fault:
        logs.say("ERROR", f"cannot listen on {settings.host}, ports {settings.ports}: {fault.strerror or fault}")
        return 1
    _serve(settings, sockets)
    return 0


def _serve(settings: Settings, sockets: list[socket.socket]) -> None:
    logs.log_as_json()
    size = size_of(settings)
    share_cores(size, os.environ)
    _go_home()
    ports = [sock.getsockname()[1] for sock in sockets]
    logs.say("INFO", "starting", ports=ports, workers=size.workers, because=size.reason, threads=size.threads)
    worker.leave(Master(settings, size, sockets, begin_anew).run())


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio sends small pieces at once (TCP_NODELAY) where the protocol is told; else some answers wait for 40 ms
    sock = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind((host, port))
    sock.listen(_BACKLOG)
    sock.setblocking(False)  # noqa: FBT003 - the only form
    return sock


def _go_home() -> None:
    """Models write beside themselves at times, and the server's own folder is not for that."""
    for folder in (Path.home(), Path("/tmp")):  # noqa: S108 - every image has it
        if os.access(str(folder), os.W_OK):
            os.chdir(str(folder))
            return


def begin_anew() -> None:
    """Runs the same command in the place of this process, whose model no other process can share."""
    package = Path(__file__).resolve().parent
    os.environ[APART] = "1"
    os.chdir(str(package.parent))
    os.execv(sys.executable, [sys.executable, "-u", "-m", package.name, *sys.argv[1:]])  # noqa: S606 - no shell
