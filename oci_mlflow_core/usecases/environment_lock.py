"""The lock of an environment: the one that was given or kept, or a new one."""

from __future__ import annotations

from pathlib import Path

import attrs

from oci_mlflow_core.errors import InvalidRequestError
from oci_mlflow_core.model.environment import EnvironmentRequest, Lock
from oci_mlflow_core.model.options import CommandOptions
from oci_mlflow_core.model.pack import ObjectLocation
from oci_mlflow_core.planning.builder_choice import BuilderChoice, builds_from
from oci_mlflow_core.planning.given_lock import given_lock
from oci_mlflow_core.ports.progress_sink import Step
from oci_mlflow_core.usecases.ports import Ports


def lock_of_options(options: CommandOptions, request: EnvironmentRequest) -> Lock | None:
    """The lock that ``-C lock`` names, or None.

    Raises:
        InvalidRequestError: It is no lock for this deployment, or another option contradicts it.
    """
    if options.lock is None:
        return None
    for name, given in (("relock", options.relock), ("exclude-newer", options.exclude_newer is not None)):
        if given:
            raise InvalidRequestError(
                f"-C {name}: nothing is chosen when the lock is given (-C lock={options.lock.path})",
                f"Leave one of the two out: {name} or lock.",
            )
    return given_lock(options.lock, request)


def kept_lock(
    ports: Ports, destination: ObjectLocation | None, request: EnvironmentRequest, pinned: str | None
) -> Lock | None:
    """The lock that was kept for the request at the destination (if any), else on this machine; None for none.

    One that the pinned builder cannot build from does not count.
    """
    stored = ports.packs.find_lock(destination, request.digest) if destination else None
    lock = stored or ports.cache.find_lock(request.digest)
    if lock is None or pinned is None:
        return lock
    return lock if any(each.name == pinned and builds_from(each, lock) for each in ports.builders) else None


def keep_lock(ports: Ports, destination: ObjectLocation | None, request: EnvironmentRequest, lock: Lock) -> None:
    """Keeps it for the next deployment of an equal environment: at the destination (if any), and on this machine."""
    if destination:
        ports.packs.keep_lock(destination, request.digest, lock)
    ports.cache.keep_lock(request.digest, lock)


@attrs.frozen(kw_only=True)
class LockOrder:
    """An environment that is to be locked."""

    choice: BuilderChoice
    #: With the model's wheels where they are.
    request: EnvironmentRequest
    #: Where the lock is kept beside this machine; None for an image, which has no place for it.
    destination: ObjectLocation | None


def make_lock(ports: Ports, order: LockOrder, workspace: Path, step: Step) -> Lock:
    """Locks the environment; of several commands that lock the same at once, one does and the others use its lock.

    Raises:
        UnsolvableEnvironmentError: The requirements cannot be met.
        BuildError: The tool failed.
    """
    request, builder = order.request, order.choice.descriptor
    with ports.cache.building(request.digest, step) as waited:
        lock = kept_lock(ports, order.destination, request, builder.name) if waited else None
        if lock is None:
            lock = builder.factory().lock(request, workspace, step)
            keep_lock(ports, order.destination, request, lock)
    step.done(f"Python {lock.python.version}, {len(lock.pip) + len(lock.conda)} packages")
    return lock
