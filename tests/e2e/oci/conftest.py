"""The commands of the end-to-end tests, in the environment of somebody who has an account of Oracle Cloud."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest
from commands import Commands
from twin_process import IMAGE, TwinProcess, twin_process

_PROXY = Path(__file__).parents[2] / "reverse_proxy.py"
#: Seconds for MLflow's own server to start.
_PATIENCE = 120


@pytest.fixture(scope="package")
def image_server(store: Commands) -> Iterator[str]:
    """What runs in the image: MLflow's own scoring server behind a reverse proxy with the two routes."""
    serving, proxying = _free_port(), _free_port()
    mlflow = store.start(
        "mlflow", "models", "serve", "-m", "models:/cancer/1", "-p", str(serving), "--env-manager", "local"
    )
    proxy = subprocess.Popen([sys.executable, str(_PROXY), str(proxying), f"http://127.0.0.1:{serving}"])
    try:
        _await(f"http://127.0.0.1:{proxying}/health")
        yield f"http://127.0.0.1:{proxying}"
    finally:
        for process in (mlflow, proxy):
            process.terminate()
            process.communicate(timeout=30)


@pytest.fixture(scope="package")
def twin(tmp_path_factory: pytest.TempPathFactory, image_server: str) -> Iterator[TwinProcess]:
    home = tmp_path_factory.mktemp("twin")
    with twin_process(home, "--image", f"{IMAGE}={image_server}", "--edit-rules", "strict") as running:
        yield running


@pytest.fixture(scope="package")
def cloud(store: Commands, twin: TwinProcess, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Commands]:
    """The commands, pointed at the twin as its ``env.sh`` does it, with a home folder of their own."""
    folder = tmp_path_factory.mktemp("cloud")
    home = {"OCI_MLFLOW_HOME": str(folder / "home")}
    yield attrs.evolve(store, folder=folder, environ={**store.environ, **twin.environ, **home})
    shutil.rmtree(folder)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _await(url: str) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not _answers(url):
        assert time.monotonic() < deadline, url
        time.sleep(0.3)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5):  # noqa: S310 (loopback)
            return True
    except (urllib.error.URLError, ConnectionError):
        return False
