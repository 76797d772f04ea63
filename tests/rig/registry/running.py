"""Debian's docker-registry as a process of a test."""

from __future__ import annotations

import http.client
import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import attrs

#: Seconds in which it has to answer.
_PATIENCE = 30
_INTERVAL = 0.05
_PARTS = (("docker-registry", "docker-registry"), ("htpasswd", "apache2-utils"))


def missing() -> str | None:
    """Why no registry can be run here, or None where one can."""
    for program, package in _PARTS:
        if shutil.which(program) is None:
            return f"{program} is not installed (Debian: apt-get install {package})"
    return None


@attrs.frozen
class Registry:
    """A registry that answers."""

    #: Host and port; engines take one on loopback without TLS.
    address: str
    user: str
    password: str = attrs.field(repr=False)


@contextmanager
def running(folder: Path, user: str = "alice", password: str = "a-password") -> Iterator[Registry]:  # noqa: S107 - of a test
    """A registry for the time of the context; its images lie in `folder`."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    configuration = folder / "registry.json"
    # JSON is YAML.
    configuration.write_text(json.dumps(_configuration(folder, address, user, password)), encoding="utf-8")
    with (folder / "registry.log").open("wb") as log:
        process = subprocess.Popen([_program("docker-registry"), "serve", str(configuration)], stdout=log, stderr=log)
        try:
            _await_answer(address, process, folder / "registry.log")
            yield Registry(address, user, password)
        finally:
            process.terminate()
            process.wait()


def _configuration(folder: Path, address: str, user: str, password: str) -> dict[str, object]:
    # The registry reads bcrypt alone.
    command = [_program("htpasswd"), "-Bin", user]
    made = subprocess.run(command, input=password, capture_output=True, text=True, check=True).stdout
    passwords = folder / "htpasswd"
    passwords.write_text(made, encoding="utf-8")
    return {
        "version": "0.1",
        "log": {"level": "warn"},
        "storage": {"filesystem": {"rootdirectory": str(folder / "images")}},
        "http": {"addr": address},
        "auth": {"htpasswd": {"realm": "registry", "path": str(passwords)}},
    }


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise FileNotFoundError(name)
    return found


def _await_answer(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not _answers(address):
        if process.poll() is not None or time.monotonic() > deadline:
            msg = f"docker-registry did not come up: {log.read_text(encoding='utf-8')}"
            raise RuntimeError(msg)
        time.sleep(_INTERVAL)


def _answers(address: str) -> bool:
    connection = http.client.HTTPConnection(address, timeout=1)
    try:
        connection.request("GET", "/v2/")
        return connection.getresponse().status == http.client.UNAUTHORIZED
    except OSError:
        return False
    finally:
        connection.close()
