"""Servers of one model, each as a process: the one of an image, the one of conda deployments here, and MLflow's own."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import attrs

import oci_mlflow_plugin.adapters.local
from oci_mlflow_plugin.adapters.image_server.server_files import SERVER_COMMAND, server_files

BOOT = Path(oci_mlflow_plugin.adapters.local.__file__).with_name("boot.py")
#: Seconds for a server to load a model, on a machine that does much else.
PATIENCE = 400.0


@attrs.frozen
class Told:
    """An answer; header names are in lower case."""

    status: int
    body: bytes
    headers: dict[str, str]

    def json(self) -> Any:
        return json.loads(self.body)


@attrs.frozen
class Served:
    process: subprocess.Popen[bytes]
    port: int
    log: Path

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Told:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        with contextlib.closing(connection):
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, body, named)
            response = connection.getresponse()
            found = {name.lower(): value for name, value in response.getheaders()}
            return Told(response.status, response.read(), found)

    def predict(self, value: object, path: str = "/predict", **headers: str) -> Told:
        return self.ask("POST", path, json.dumps(value).encode(), content_type="application/json", **headers)

    def lines(self) -> list[dict[str, Any]]:
        """The log, in which every line is an object."""
        return [json.loads(line) for line in self.log.read_text().splitlines()]

    def wait_for(self, fact: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not fact():
            assert self.process.poll() is None, self.log.read_text()[-3000:]
            assert time.monotonic() < deadline, self.log.read_text()[-3000:]
            time.sleep(0.05)

    def is_ready(self) -> bool:
        with contextlib.suppress(OSError, http.client.HTTPException):
            return self.ask("GET", "/health").status == 200
        return False

    def workers(self) -> list[int]:
        """Processes that have said that they are ready."""
        return [line["worker"] for line in self.lines() if line["message"] == "ready"]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def laid_out(folder: Path) -> Path:
    """The server's folder as image builders lay it; its wheels are those of this environment."""
    for file in server_files():
        to = folder / file.path
        to.parent.mkdir(parents=True, exist_ok=True)
        to.write_bytes(file.content)
        to.chmod(file.mode)
    return folder


@contextlib.contextmanager
def running(
    command: list[str], port: int, log: Path, cwd: Path, variables: dict[str, str] | None = None, *, wait: bool = True
) -> Iterator[Served]:
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=cwd,
            env={**os.environ, **(variables or {})},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    served = Served(process, port, log)
    try:
        if wait:
            served.wait_for(served.is_ready)
        yield served
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(30)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def image_server(
    model: Path, folder: Path, variables: dict[str, str] | None = None, *, wait: bool = True
) -> contextlib.AbstractContextManager[Served]:
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    command = [sys.executable, *SERVER_COMMAND, "--host", "127.0.0.1"]
    told = {
        "OCI_MLFLOW_SERVER_PORT": str(port),
        "OCI_MLFLOW_SERVER_MODEL": str(model),
        "WEB_CONCURRENCY": "1",
        "HOME": str(folder),
        **(variables or {}),
    }
    return running(command, port, folder / "log", laid_out(folder / "server"), told, wait=wait)


def mlflow_server(
    model: Path, folder: Path, workers: int = 1, *, wait: bool = True
) -> contextlib.AbstractContextManager[Served]:
    port = free_port()
    command = [sys.executable, "-m", "mlflow", "models", "serve", "-m", str(model), "--env-manager", "local"]
    command += ["-h", "127.0.0.1", "-p", str(port), "-w", str(workers)]
    # it starts uvicorn by its name
    told = {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    return running(command, port, folder / "mlflow-log", folder, told, wait=wait)


@contextlib.contextmanager
def conda_server(artifact: Path, folder: Path, *, wait: bool = True) -> Iterator[Served]:
    """What serves conda deployments on this machine, without its supervisor."""
    reading, writing = os.pipe()
    with socket.create_server(("127.0.0.1", 0)) as listener, (folder / "conda-log").open("wb") as log:
        listener.setblocking(False)  # noqa: FBT003 - the only form
        job = {"artifact": str(artifact), "fault": str(folder / "fault"), "lifeline": reading, "server": "uvicorn"}
        process = subprocess.Popen(
            [sys.executable, "-u", str(BOOT), "serving.run", json.dumps({**job, "sockets": [listener.fileno()]})],
            pass_fds=(reading, listener.fileno()),
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=folder,
        )
        os.close(reading)
        served = Served(process, listener.getsockname()[1], folder / "conda-log")
        try:
            if wait:
                served.wait_for(served.is_ready)
            yield served
        finally:
            os.close(writing)
            process.wait(30)


@attrs.frozen
class Three:
    image: Served
    mlflow: Served
    conda: Served


@contextlib.contextmanager
def three_servers(model: Path, artifact: Path, folder: Path) -> Iterator[Three]:
    """All at once, which takes as long as the slowest."""
    with contextlib.ExitStack() as stack:
        image = stack.enter_context(image_server(model, folder / "image", wait=False))
        own = stack.enter_context(mlflow_server(model, folder, wait=False))
        three = Three(image, own, stack.enter_context(conda_server(artifact, folder, wait=False)))
        for served in (three.image, three.mlflow, three.conda):
            served.wait_for(served.is_ready)
        yield three
