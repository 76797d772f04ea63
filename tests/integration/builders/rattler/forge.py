"""Environments of the rig's channels, locked and built for real."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import attrs
from oci_mlflow_builders.archive import TarPacker, unpack
from oci_mlflow_builders.rattler.builder import RattlerBuilder

from oci_mlflow_core.model.environment import EnvironmentRequest, Lock
from oci_mlflow_core.model.pack import BuiltPrefix, PackFile, PackManifest
from oci_mlflow_core.testing.packing import packed_file
from oci_mlflow_core.testing.progress_sink import RecordingStep

_MANIFEST = PackManifest(name="sample", version="1", slug="sample_v1", python="3.11.7")


@attrs.define(kw_only=True)
class Forge:
    """Makes environments below one folder, with a home and a cache of its own."""

    folder: Path
    #: What names of channels are below.
    alias: str
    python: str
    glibc: str
    #: Variables beside those of the process.
    variables: dict[str, str] = attrs.field(factory=dict)
    step: RecordingStep = attrs.field(factory=lambda: RecordingStep("environment"))
    _count: int = 0

    @property
    def home(self) -> Path:
        """Where the builder keeps what it downloads."""
        return self.folder / "home"

    @property
    def packages(self) -> Path:
        """The cache of unpacked packages."""
        return self.home / "cache" / "conda" / "packages"

    @property
    def environ(self) -> dict[str, str]:
        """What the builder sees."""
        own = {
            "HOME": str(self.home),
            "OCI_MLFLOW_HOME": str(self.home),
            "OCI_MLFLOW_CHANNEL_ALIAS": self.alias,
            "OCI_MLFLOW_CHANNEL_RETRIES": "0",
            "UV_HTTP_RETRIES": "0",
            "UV_CACHE_DIR": str(self.home / "uv"),
        }
        return {**os.environ, **own, **self.variables}

    @property
    def builder(self) -> RattlerBuilder:
        """A builder that sees the variables."""
        return RattlerBuilder(self.environ)

    def request(self, *conda: str, **more: Any) -> EnvironmentRequest:
        """A request for these conda packages and the channel's Python, from conda-forge."""
        asked = EnvironmentRequest(python=self.python, pip=(), conda=conda, channels=("conda-forge",), glibc=self.glibc)
        return attrs.evolve(asked, **more)

    def new(self, name: str) -> Path:
        """A new folder."""
        self._count += 1
        folder = self.folder / f"{name}-{self._count}"
        folder.mkdir(parents=True)
        return folder

    def lock(self, request: EnvironmentRequest) -> Lock:
        """Locks it."""
        return self.builder.lock(request, self.new("lock"), self.step)

    def build(self, request: EnvironmentRequest, lock: Lock | None = None) -> BuiltPrefix:
        """Builds it, from the lock where there is one."""
        return self.builder.build(request, lock or self.lock(request), self.new("build"), self.step)

    def pack(self, built: BuiltPrefix) -> PackFile:
        """Packs it."""
        return packed_file(TarPacker(), built, _MANIFEST, self.new("pack") / "pack.tar.gz", self.step)

    def unpacked(self, built: BuiltPrefix) -> Path:
        """The environment, from its pack, in a folder of its own."""
        to = self.new("unpacked")
        unpack(self.pack(built).path, to, self.step)
        return to
