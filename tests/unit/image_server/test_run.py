from __future__ import annotations

import contextlib
import socket

from oci_mlflow_plugin.adapters.image_server.server import run


def test_accepted_connections_send_small_pieces_at_once() -> None:
    with (
        contextlib.closing(run._listening("127.0.0.1", 0)) as listening,
        socket.create_connection(listening.getsockname(), timeout=10),
    ):
        listening.setblocking(True)  # noqa: FBT003 - the only form
        accepted, _address = listening.accept()
        accepted.close()

    # what asyncio asks before it sets TCP_NODELAY
    assert (accepted.type, accepted.proto) == (socket.SOCK_STREAM, socket.IPPROTO_TCP)
