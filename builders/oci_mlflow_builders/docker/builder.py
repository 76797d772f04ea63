"""From a lock to a relocatable environment, in a container."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

from oci_mlflow_builders.archive import extract_tar
from oci_mlflow_builders.conda.archives import Archive, Downloads
from oci_mlflow_builders.disk import tells_of_full_disk
from oci_mlflow_builders.docker.engine import Container, Engine, RunSettings, connected, error, full_disk
from oci_mlflow_builders.docker.images import BuilderImage, image_for, provide
from oci_mlflow_builders.docker.inputs import archive_of
from oci_mlflow_builders.docker.names import NAME, PREFIX
from oci_mlflow_builders.docker.network import network_for
from oci_mlflow_builders.docker.output import Output
from oci_mlflow_builders.docker.pip_sources import PipSources, pip_sources
from oci_mlflow_builders.docker.provisions import FOLDERS, SCRIPT, Provisions
from oci_mlflow_builders.docker.refusals import PLATFORMS, refuses
from oci_mlflow_builders.locking.environment import lock_environment, refuse_other_locks, told_as_build_errors
from oci_mlflow_builders.locking.pip_part import in_the_name_of
from oci_mlflow_builders.uv.complaints import counted
from oci_mlflow_builders.uv.sources import UnsetVariableError
from oci_mlflow_core.errors import BuildError, PackCorruptError, UnsolvableEnvironmentError
from oci_mlflow_core.model.environment import EnvironmentRequest, Lock
from oci_mlflow_core.model.pack import BuiltPrefix
from oci_mlflow_core.ports.env_builder import EnvBuilder
from oci_mlflow_core.ports.progress_sink import Step

#: Status of the script where the image has no tool.
_NO_TOOL = 71
#: Where the environment cannot be made independent of its place; the last line says why, as JSON.
_UNSETTLED = 74
#: What the statuses of the script mean, see ``templates/build.sh``.
_FAILED = {
    _NO_TOOL: "the image {image} has no conda, mamba or micromamba",
    72: "conda failed in a container of {image}",
    73: "pip failed in a container of {image}",
    137: "the container of {image} was killed, or ran out of memory",
}


class DockerBuilder(EnvBuilder):
    """Builds environments in a container, through the API that Docker and podman speak; needs the extra ``docker``.

    Args:
        environment: Variables that rule it (``DOCKER_HOST``, ``OCI_MLFLOW_BUILDER_IMAGE``, those of conda's channels
            and of pip, proxies); by default those of the process.
    """

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        self._environment = dict(os.environ if environment is None else environment)

    def lock(self, request: EnvironmentRequest, workspace: Path, step: Step) -> Lock:
        """Chooses every version; see `EnvBuilder`. Nothing is run in a container for it."""
        refusal = refuses(request)
        if refusal is not None:
            raise UnsolvableEnvironmentError(builder=NAME, stage="lock", reason=refusal)
        return lock_environment(request, workspace, step, self._environment, builder=NAME)

    def build(self, request: EnvironmentRequest, lock: Lock, workspace: Path, step: Step) -> BuiltPrefix:
        """Lays the locked environment out in ``workspace/prefix``; see `EnvBuilder`."""
        refuse_other_locks(lock, NAME)
        workspace = workspace.absolute()
        image, platform = image_for(request, self._environment), PLATFORMS[lock.platform]
        with told_as_build_errors(NAME, "build", workspace), in_the_name_of(NAME):
            sources = _sources(request, self._environment)
            provisions = Provisions.gather(request, lock, sources)
            with connected(self._environment) as engine:
                engine.remove_abandoned()
                network = network_for(sources, engine, offline=provisions.offline)
                provide(engine, image, platform, step)
                archives = self._downloaded(request, lock, workspace / "packages", step)
                settings = RunSettings(
                    image=image.name, platform=platform, command=("/bin/sh", str(SCRIPT)), network=network
                )
                step.says(f"starting a container of {image.name}")
                with engine.container(settings) as container:
                    container.put(archive_of(provisions.inputs(archives, workspace / "packages"), FOLDERS))
                    _run(container, engine, image, Output(step, sources.secrets))
                    _fetch(container, engine, workspace, step)
        installed = f"{counted(lock.conda, 'conda package')} and {counted(lock.pip, 'pip package')} installed"
        step.done(f"{installed} in {image.name}")
        return BuiltPrefix(path=workspace / "prefix", lock=lock)

    def _downloaded(self, request: EnvironmentRequest, lock: Lock, folder: Path, step: Step) -> tuple[Archive, ...]:
        folder.mkdir()
        return Downloads(builder=NAME, environ=self._environment).into(folder, request, lock, step)


def _sources(request: EnvironmentRequest, environ: Mapping[str, str]) -> PipSources:
    try:
        return pip_sources(request, environ)
    except UnsetVariableError as fault:
        raise error(str(fault), "Set it in the environment of this command.") from fault


def _run(container: Container, engine: Engine, image: BuilderImage, output: Output) -> None:
    output.take(container.run())
    status = container.status()
    if status == 0:
        return
    if any(tells_of_full_disk(line) for line in output.tail):
        raise full_disk(engine.host)
    if status == _UNSETTLED and output.tail:
        raise _unsettled(output.tail[-1])
    reason = _FAILED.get(status, f"the build ended with status {status} in a container of {{image}}")
    raise error(reason.format(image=image.name), image.hint if status == _NO_TOOL else "", output.tail)


def _unsettled(answer: str) -> BuildError:
    try:
        plain = json.loads(answer)
        return error(plain["error"], plain["hint"])
    except (ValueError, KeyError, TypeError):
        return error(f"the environment could not be made relocatable: {answer}")


def _fetch(container: Container, engine: Engine, workspace: Path, step: Step) -> None:
    """Takes the environment out of the container, into ``workspace/prefix``, owned by this user."""
    step.says("taking the environment out of the container")
    taken = workspace / "taken"
    taken.mkdir()
    try:
        extract_tar(container.get(PREFIX), f"the container engine at {engine.host}", taken, step)
    except PackCorruptError as fault:
        raise error(f"the environment did not come out of its container whole: {fault.reason}") from fault
    (taken / PREFIX.name).rename(workspace / "prefix")
