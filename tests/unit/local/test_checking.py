"""What can be told before anything is built."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from oci_mlflow_core.errors import ConflictError
from oci_mlflow_core.testing.memory_pack_store import MemoryPackStore
from oci_mlflow_plugin.adapters.home.layout import Home
from oci_mlflow_plugin.adapters.local.lifecycle import LocalLifecycle


def _lifecycle(tmp_path: Path, port: int) -> LocalLifecycle:
    return LocalLifecycle(Home(tmp_path / "home"), MemoryPackStore(), port)


def test_a_port_in_use_is_told(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        with pytest.raises(ConflictError) as refused:
            _lifecycle(tmp_path, port).check("fraud")

    assert str(refused.value) == f"port {port} of 127.0.0.1 is in use by another program"
    assert refused.value.hint == "Choose another port, or leave it out and a free one is taken."


def test_a_free_port_is_still_free_afterwards(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]

    _lifecycle(tmp_path, port).check("fraud")

    with socket.create_server(("127.0.0.1", port)) as listener:
        assert listener.getsockname()[1] == port


def test_checking_makes_nothing(tmp_path: Path) -> None:
    _lifecycle(tmp_path, 0).check("fraud")

    assert list(tmp_path.iterdir()) == []
