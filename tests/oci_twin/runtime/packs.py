"""Conda packs, unpacked once for each content."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tarfile
import threading
from collections import defaultdict
from pathlib import Path
from typing import BinaryIO

from oci_twin.runtime.extraction import UnsafeMemberError, extract
from oci_twin.runtime.failing import CannotServe
from oci_twin.runtime.runtime_yaml import InferenceEnvironment

_BLOCK = 1 << 20
_COMPLETE = "complete"
_PYTHON_MINOR = "import sys; print('%d.%d' % sys.version_info[:2])"
_LONGEST = 600


class Packs:
    """Environments below a folder, one for each digest; several threads may ask at once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._locks: dict[str, threading.Lock] = defaultdict(threading.Lock)
        self._guard = threading.Lock()

    def unpacked(self, pack: Path, environment: InferenceEnvironment) -> Path:
        """The prefix of the unpacked environment, as it is after ``conda-unpack``.

        Raises:
            CannotServe: The pack cannot be unpacked, or its Python is another than ``runtime.yaml`` says.
        """
        with pack.open("rb") as stream:
            digest = _digest(stream)
            with self._guard:
                lock = self._locks[digest]
            with lock:
                prefix = self._prefix(stream, digest, environment)
        _check_python(prefix, environment)
        return prefix

    def _prefix(self, stream: BinaryIO, digest: str, environment: InferenceEnvironment) -> Path:
        prefix = self._folder / digest / "environment"
        marker = prefix.with_name(_COMPLETE)
        if not marker.exists():
            shutil.rmtree(prefix, ignore_errors=True)
            _extract(stream, prefix, environment)
            _conda_unpack(prefix, environment)
            marker.touch()
        return prefix


def _digest(stream: BinaryIO) -> str:
    digest = hashlib.sha256()
    while block := stream.read(_BLOCK):
        digest.update(block)
    stream.seek(0)
    return digest.hexdigest()


def _extract(stream: BinaryIO, prefix: Path, environment: InferenceEnvironment) -> None:
    try:
        extract(stream, prefix)
    except (UnsafeMemberError, tarfile.TarError, EOFError, OSError) as error:
        raise CannotServe(f"the conda pack {environment.location} cannot be unpacked: {error}") from error


def _conda_unpack(prefix: Path, environment: InferenceEnvironment) -> None:
    program = prefix / "bin" / "conda-unpack"
    if not program.exists():
        return
    done = _run([str(program)], prefix)
    if done.returncode != 0:
        lines = tuple((done.stdout + done.stderr).splitlines())
        raise CannotServe(f"conda-unpack of the pack {environment.location} failed", lines)


def _check_python(prefix: Path, environment: InferenceEnvironment) -> None:
    program = prefix / "bin" / "python"
    if not program.exists():
        raise CannotServe(f"the conda pack {environment.location} has no bin/python")
    done = _run([str(program), "-I", "-S", "-c", _PYTHON_MINOR], prefix)
    if done.returncode != 0:
        lines = tuple(done.stderr.splitlines())
        raise CannotServe(f"bin/python of the conda pack {environment.location} does not run", lines)
    found, wanted = done.stdout.strip(), environment.python_version
    if found != environment.python_minor:
        reason = (
            f"the conda pack {environment.location} holds Python {found}, but INFERENCE_PYTHON_VERSION is '{wanted}'"
        )
        raise CannotServe(reason)


def _run(command: list[str], prefix: Path) -> subprocess.CompletedProcess[str]:
    environ = {"PATH": f"{prefix / 'bin'}:/usr/bin:/bin", "HOME": str(prefix), "LC_ALL": "C.UTF-8"}
    try:
        return subprocess.run(
            command,
            env=environ,
            cwd=prefix,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=_LONGEST,
        )
    except OSError as error:
        return subprocess.CompletedProcess(command, 127, "", str(error))
