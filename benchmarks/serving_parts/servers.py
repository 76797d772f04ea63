"""The servers that are compared, each as a process."""

from __future__ import annotations

import contextlib
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import attrs

_PATIENCE = 300.0
#: As the reference document's route has it: nginx in front of MLflow's server.
_NGINX = """
{user}
worker_processes auto;
pid {folder}/nginx.pid;
error_log {folder}/nginx-error.log;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    client_max_body_size 20m;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port};
        location = /predict {{ proxy_pass http://127.0.0.1:{behind}/invocations; }}
        location = /health {{ proxy_pass http://127.0.0.1:{behind}/health; }}
    }}
}}
"""


@attrs.frozen
class Server:
    """A server that answers."""

    port: int
    path: str
    #: From the start of the process to its first prediction.
    seconds_to_answer: float
    #: Of the first process.
    pid: int

    def cpu_seconds(self) -> float:
        """Processor time of all its processes so far, which does not depend on what else the machine does."""
        import psutil  # noqa: PLC0415

        first = psutil.Process(self.pid)
        times = [each.cpu_times() for each in (first, *first.children(recursive=True))]
        return sum(each.user + each.system for each in times)


@contextlib.contextmanager
def image_server(model: Path, folder: Path, body: bytes, workers: int) -> Iterator[Server]:
    """What lies in an image, with the wheels that it brings."""
    from oci_mlflow_plugin.adapters.image_server import server_files as server  # noqa: PLC0415

    for file in server.server_files():
        to = folder / file.path
        to.parent.mkdir(parents=True, exist_ok=True)
        to.write_bytes(file.content)
    _install(server.SERVER_REQUIREMENTS, folder / server.WHEELS_FOLDER.name)
    port = _free_port()
    told = {"OCI_MLFLOW_SERVER_MODEL": str(model), server.PORT_VARIABLE: str(port), "WEB_CONCURRENCY": str(workers)}
    with _running([sys.executable, *server.SERVER_COMMAND], folder, told, (port, "/predict"), body) as answering:
        yield answering


@contextlib.contextmanager
def mlflow_server(model: Path, folder: Path, body: bytes, workers: int) -> Iterator[Server]:
    """``mlflow models serve``."""
    port = _free_port()
    command = [sys.executable, "-m", "mlflow", "models", "serve", "-m", str(model), "--env-manager", "local"]
    command += ["-h", "127.0.0.1", "-p", str(port), "-w", str(workers)]
    # it starts uvicorn by its name
    told = {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    with _running(command, folder, told, (port, "/invocations"), body) as answering:
        yield answering


@contextlib.contextmanager
def nginx(folder: Path, body: bytes, behind: int) -> Iterator[Server]:
    """Puts nginx before the server on that port."""
    port = _free_port()
    settings = folder / "nginx.conf"
    # who starts it as root would have workers that may not write large bodies into the folder
    user = "user root;" if os.geteuid() == 0 else ""
    settings.write_text(_NGINX.format(folder=folder, port=port, behind=behind, user=user))
    command = ["nginx", "-p", str(folder), "-c", str(settings), "-g", "daemon off;"]
    with _running(command, folder, {}, (port, "/predict"), body) as answering:
        yield answering


def has_nginx() -> bool:
    """Whether it is installed."""
    return shutil.which("nginx") is not None


def _install(requirements: tuple[str, ...], to: Path) -> None:
    from uv import find_uv_bin  # noqa: PLC0415

    command = [find_uv_bin(), "pip", "install", "-q", "--no-deps", "--python", sys.executable, "--target", str(to)]
    subprocess.run([*command, *requirements], check=True)


@contextlib.contextmanager
def _running(
    command: list[str], folder: Path, variables: Mapping[str, str], at: tuple[int, str], body: bytes
) -> Iterator[Server]:
    port, path = at
    folder.mkdir(parents=True, exist_ok=True)
    began = time.perf_counter()
    with (folder / f"{port}.log").open("wb") as log:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, **variables},
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        while not _answers(port, path, body):
            if process.poll() is not None or time.perf_counter() - began > _PATIENCE:
                raise SystemExit(f"{' '.join(command)} does not answer:\n{(folder / f'{port}.log').read_text()}")
            time.sleep(0.05)
        yield Server(port, path, time.perf_counter() - began, process.pid)
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(20)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def _answers(port: int, path: str, body: bytes) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    with contextlib.closing(connection), contextlib.suppress(OSError, http.client.HTTPException):
        connection.request("POST", path, body, {"Content-Type": "application/json"})
        return connection.getresponse().status == http.HTTPStatus.OK
    return False


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])
