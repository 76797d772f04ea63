"""Locking a model's environment without deploying anything."""

from __future__ import annotations

from pathlib import Path

from oci_mlflow_core.errors import InvalidRequestError
from oci_mlflow_core.model.artifact import ModelVersion
from oci_mlflow_core.model.environment import EnvironmentRequest, Lock
from oci_mlflow_core.planning.builder_choice import BuilderChoice, builds_from, choose_builder
from oci_mlflow_core.planning.environment import environment_request
from oci_mlflow_core.ports.progress_sink import Step
from oci_mlflow_core.spec.loaded import LoadedSpec
from oci_mlflow_core.spec.runtime import CondaRuntime, ContainerRuntime
from oci_mlflow_core.usecases.environment import environment_target_of
from oci_mlflow_core.usecases.ports import Ports
from oci_mlflow_core.usecases.requests import LockModel

_URI_PATH = "spec.runtime.spec.uri"


def lock_environment(ports: Ports, request: LockModel) -> Lock:
    """The lock of the environment that a deployment of the model would get; nothing is published.

    It is the one that this machine kept when it locked an equal environment before, unless ``relock`` is asked for.

    Raises:
        UnusableEnvironmentError: The model's environment files contradict themselves.
        UnsolvableEnvironmentError: The requirements cannot be met.
        BuilderUnavailableError: Nothing here can make it.
        InvalidRequestError: The file names no environment that is built.
    """
    runtime = _runtime(request.loaded)
    version = ports.source.resolve(request.model_uri)
    facts = ports.source.inspect(version)
    target = environment_target_of(ports, runtime, request.loaded, request.options, facts)
    wanted = environment_request(facts, target)
    for note in (*request.loaded.notes, *wanted.notes):
        ports.progress.note(note)
    pinned = request.options.builder or runtime.builder
    kept = None if request.options.relock else _kept(ports, wanted.request, pinned)
    if kept is not None:
        ports.progress.note("this environment was locked before; -C relock=true chooses its packages anew")
        return kept
    choice = choose_builder(ports.builders, wanted.request, pinned)
    return _new(ports, facts.version, wanted.request, choice)


def _runtime(loaded: LoadedSpec) -> CondaRuntime:
    runtime = loaded.spec.runtime or CondaRuntime()
    if isinstance(runtime, ContainerRuntime):
        raise InvalidRequestError(
            f"{loaded.where('spec.runtime.type')}: spec.runtime.type: a container brings its own environment, "
            "and there is nothing to lock",
            "Leave the deployment file out, or use the conda runtime: 'type: conda'.",
        )
    if isinstance(runtime.uri, str):
        raise InvalidRequestError(
            f"{loaded.where(_URI_PATH)}: {_URI_PATH} names a pack that is published, and there is nothing to lock",
            "Leave the deployment file out, or replace the URI by a mapping with 'name'.",
        )
    return runtime


def _kept(ports: Ports, request: EnvironmentRequest, pinned: str | None) -> Lock | None:
    lock = ports.cache.find_lock(request.digest)
    if lock is None or pinned is None:
        return lock
    return lock if any(each.name == pinned and builds_from(each, lock) for each in ports.builders) else None


def _new(ports: Ports, version: ModelVersion, request: EnvironmentRequest, choice: BuilderChoice) -> Lock:
    title = f"lock the environment of {version.uri} with {choice.descriptor.name} ({choice.reason})"
    with (
        ports.workspaces.open("lock") as workspace,
        ports.progress.step(title) as step,
        ports.cache.building(request.digest, step),
    ):
        located = _located(ports, version, request, workspace, step)
        folder = workspace / "lock"
        folder.mkdir()
        lock = choice.descriptor.factory().lock(located, folder, step)
        ports.cache.keep_lock(request.digest, lock)
        step.done(f"Python {lock.python.version}, {lock.size} packages")
    return lock


def _located(
    ports: Ports, version: ModelVersion, request: EnvironmentRequest, workspace: Path, step: Step
) -> EnvironmentRequest:
    """The request with the model's own wheels, for which alone the model is fetched."""
    if not request.wheels:
        return request
    folder = workspace / "model"
    folder.mkdir()
    return request.located_in(ports.source.fetch(version, folder, step).path)
