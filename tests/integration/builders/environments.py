"""Environments that are locked, built, packed and unpacked for real."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import attrs
from oci_mlflow_builders.archive import TarPacker, unpack
from oci_mlflow_builders.uv.builder import UvBuilder

from oci_mlflow_core.model.environment import EnvironmentRequest, Lock, PipOptions
from oci_mlflow_core.model.pack import PackFile, PackManifest
from oci_mlflow_core.testing.packing import packed_file
from oci_mlflow_core.testing.progress_sink import RecordingStep

_MANIFEST = PackManifest(name="sample", version="1", slug="sample_v1", python="3.11.7")
#: No test downloads a Python.
QUIET = {"UV_PYTHON_DOWNLOADS": "never", "UV_HTTP_RETRIES": "0"}


@attrs.define
class Workshop:
    """Makes environments below one folder."""

    folder: Path
    #: Variables beside those of the process.
    variables: dict[str, str] = attrs.field(factory=dict)
    step: RecordingStep = attrs.field(factory=lambda: RecordingStep("environment"))
    _count: int = 0

    @property
    def builder(self) -> UvBuilder:
        """A builder that sees the variables."""
        return UvBuilder({**os.environ, **QUIET, **self.variables})

    def new(self, name: str) -> Path:
        """A new folder."""
        self._count += 1
        folder = self.folder / f"{name}-{self._count}"
        folder.mkdir(parents=True)
        return folder

    def lock(self, request: EnvironmentRequest) -> Lock:
        """Locks it."""
        return self.builder.lock(request, self.new("lock"), self.step)

    def pack(self, request: EnvironmentRequest, lock: Lock | None = None) -> PackFile:
        """Locks it unless there is a lock, builds and packs it."""
        lock = lock or self.lock(request)
        built = self.builder.build(request, lock, self.new("build"), self.step)
        return packed_file(TarPacker(), built, _MANIFEST, self.new("pack") / "pack.tar.gz", self.step)

    def unpacked(self, request: EnvironmentRequest) -> Path:
        """The environment, from a pack, in a folder of its own."""
        to = self.new("unpacked")
        unpack(self.pack(request).path, to, self.step)
        return to


def wheels_only(python: str, wheels: Path, *pip: str) -> EnvironmentRequest:
    """A request that is met from a folder of wheels alone."""
    return EnvironmentRequest(python=python, pip=pip, pip_options=PipOptions(no_index=True, find_links=(str(wheels),)))


def said_by(prefix: Path, code: str) -> object:
    """What the environment's Python prints as JSON, started with nothing of this process's environment."""
    command = [str(prefix / "bin" / "python"), "-I", "-B", "-c", code]
    answer = subprocess.run(command, capture_output=True, text=True, check=False, env={"HOME": str(prefix.parent)})
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout)
