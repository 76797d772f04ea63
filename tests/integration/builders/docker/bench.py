"""What tests of builds in containers share: a bench to build on, and images whose conda does what a test wants."""

from __future__ import annotations

import io
import os
import subprocess
import tarfile
from collections.abc import Mapping
from pathlib import Path

import attrs
from oci_mlflow_builders.docker.builder import DockerBuilder
from oci_mlflow_builders.docker.names import OWNER_LABEL
from rig.channel.channels import Channels
from rig.engine.found import docker

from oci_mlflow_core.model.environment import BuildSettings, EnvironmentRequest, Lock, LockedPython, Platform
from oci_mlflow_core.model.pack import BuiltPrefix
from oci_mlflow_core.testing.progress_sink import RecordingStep

#: A lock without packages, for builds that end before any is needed.
NOTHING = Lock(builder="docker", platform=Platform.LINUX_64, python=LockedPython(version="3.11.7", kind="conda"))


@attrs.define
class Bench:
    """Builds in one engine, below one folder."""

    engine: str
    image: str
    folder: Path
    variables: Mapping[str, str]
    step: RecordingStep = attrs.field(factory=lambda: RecordingStep("environment"))
    _count: int = 0

    def request(self, channels: Channels, *conda: str, **more: object) -> EnvironmentRequest:
        """An environment with the channel's Python, in the rig's image."""
        plain = EnvironmentRequest(
            python=channels.python,
            pip=(),
            conda=conda,
            channels=("conda-forge",),
            glibc=channels.glibc,
            settings=BuildSettings(builder_image=self.image),
        )
        return attrs.evolve(plain, **more)  # type: ignore[arg-type]  # each is a field of it

    def builder(self, **more: str) -> DockerBuilder:
        """A builder that sees the engine and the variables."""
        return DockerBuilder({**os.environ, "DOCKER_HOST": self.engine, **self.variables, **more})

    def new(self, name: str) -> Path:
        """A new folder."""
        self._count += 1
        folder = self.folder / f"{name}-{self._count}"
        folder.mkdir(parents=True)
        return folder

    def build(self, request: EnvironmentRequest, lock: Lock | None = None, **more: str) -> BuiltPrefix:
        """Locks it unless there is a lock, and builds it."""
        builder = self.builder(**more)
        lock = lock or builder.lock(request, self.new("lock"), self.step)
        return builder.build(request, lock, self.new("build"), self.step)

    def with_image(self, name: str) -> EnvironmentRequest:
        """A request that names an image and asks for nothing."""
        return EnvironmentRequest(python="3.11.7", pip=(), settings=BuildSettings(builder_image=name))

    def containers(self, owner: str = "") -> list[str]:
        """Ids of the builder's containers, of one process where it is named."""
        label = f"label={OWNER_LABEL}={owner}" if owner else f"label={OWNER_LABEL}"
        return docker(self.engine, "ps", "--all", "--quiet", "--filter", label).stdout.split()


def image_with_conda(engine: str, base: str, name: str, script: str) -> str:
    """Makes an image of the base whose ``conda`` is a shell script; returns its name."""
    made = docker(engine, "create", "--entrypoint", "/bin/sh", base).stdout.strip()
    try:
        data = f"#!/bin/sh\n[ \"$1\" = --version ] && {{ echo 'a script 1.0'; exit; }}\n{script}\n".encode()
        member = tarfile.TarInfo("usr/local/bin/conda")
        member.size, member.mode = len(data), 0o755
        stream = io.BytesIO()
        with tarfile.open(fileobj=stream, mode="w") as archive:
            archive.addfile(member, io.BytesIO(data))
        copied = ["docker", "--host", engine, "cp", "-", f"{made}:/"]
        subprocess.run(copied, input=stream.getvalue(), check=True, capture_output=True)
        path = "ENV PATH=/usr/local/bin:/usr/bin:/bin"
        docker(engine, "commit", "--change", path, made, name)
    finally:
        docker(engine, "rm", "--force", made)
    return name
