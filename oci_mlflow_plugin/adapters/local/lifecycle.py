"""Deployments on this machine, from create to delete."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import attrs

from oci_mlflow_core.errors import ConflictError, InvalidRequestError, NoSuchDeploymentError
from oci_mlflow_core.model.deployment import Deployment, FieldChange, LifecycleState, Observation
from oci_mlflow_core.ports.deploy_service import DeploymentLifecycle, DesiredDeployment
from oci_mlflow_core.ports.pack_store import PackStore
from oci_mlflow_core.ports.progress_sink import Step
from oci_mlflow_plugin.adapters.home.atomic import write_json
from oci_mlflow_plugin.adapters.home.disk_space import telling_when_full
from oci_mlflow_plugin.adapters.home.flock import claim
from oci_mlflow_plugin.adapters.home.layout import Home
from oci_mlflow_plugin.adapters.home.locks import locked
from oci_mlflow_plugin.adapters.local.containers.engine import check_engine
from oci_mlflow_plugin.adapters.local.containers.marker import remove_abandoned
from oci_mlflow_plugin.adapters.local.containers.settings import HEALTHY_WITHIN
from oci_mlflow_plugin.adapters.local.foreground import Foreground
from oci_mlflow_plugin.adapters.local.identity import is_deployment_id, new_deployment_id
from oci_mlflow_plugin.adapters.local.launching import listen, start_supervisor
from oci_mlflow_plugin.adapters.local.placing import Placing
from oci_mlflow_plugin.adapters.local.records import Order, folders, in_force, read_order, to_plain
from oci_mlflow_plugin.adapters.local.removing import remove_deployment
from oci_mlflow_plugin.adapters.local.staging import staged, sweep
from oci_mlflow_plugin.adapters.local.states import deployment_of, observation_of
from oci_mlflow_plugin.adapters.local.supervision.folder import DamagedRecordError, DeploymentFolder

_UPDATABLE = {LifecycleState.ACTIVE, LifecycleState.NEEDS_ATTENTION}


@attrs.frozen
class LocalLifecycle(DeploymentLifecycle):
    """Deployments in ``<home>/deployments``, each kept by a supervisor process of its own."""

    home: Home
    packs: PackStore
    #: On 127.0.0.1; 0 takes a free one.
    port: int = 0
    #: What deployments end with; None for those that run on.
    foreground: Foreground | None = None
    #: Seconds in which a container has to become healthy.
    healthy_within: float = HEALTHY_WITHIN

    def check(self, desired_name: str) -> None:  # noqa: ARG002 - any name can be served here
        """Tries the port that the session asks for, and lets it go again.

        Raises:
            ConflictError: The port is in use.
            InvalidRequestError: This user may not listen there.
        """
        if self.port:
            listen(self.port).close()

    def create(self, desired: DesiredDeployment) -> Deployment:
        """Orders a deployment; its supervisor lays out the environment and starts the server.

        Raises:
            ConflictError: The port is in use.
            InvalidRequestError: The model's artifact, or a setting, cannot be served on this machine.
            PackNotFoundError: The pack that the artifact names is not there.
            UnavailableError: No engine is there to run its container.
        """
        deployments = self.home.make(self.home.deployments)
        self._prepare_for_container(desired)
        with listen(self.port) as listener, telling_when_full(deployments, "creating the deployment"):
            port, bound = listener.getsockname()[1], self.foreground is not None
            order = self._placing.first(new_deployment_id(), desired, port, bound=bound)
            folder = DeploymentFolder(deployments / order.id)
            lifeline = self.foreground.lifeline if self.foreground is not None else -1
            with self._laid_down(folder, order) as lock:
                start_supervisor(folder, listener, lock, lifeline)
        return self.get(order.id)

    def get(self, deployment_id: str) -> Deployment:
        """The deployment as it is now.

        Raises:
            NoSuchDeploymentError: There is none.
        """
        deployment = deployment_of(self._folder(deployment_id))
        if deployment is None:
            raise _none_such(deployment_id)
        return deployment

    def describe(self, deployment_id: str) -> DesiredDeployment:
        """What the deployment was last told to be; after a failed update, what it went back to.

        Raises:
            NoSuchDeploymentError: There is none.
            InvalidRequestError: A file of it is damaged or missing.
        """
        try:
            order = in_force(self._folder(deployment_id))
        except DamagedRecordError as fault:
            raise InvalidRequestError(str(fault), "Delete the deployment and create it again.") from fault
        if order is None:
            raise _none_such(deployment_id)
        return order.desired

    def list(self) -> Iterable[Deployment]:
        """All deployments of this machine, newest first."""
        found = [deployment for folder in folders(self.home) if (deployment := deployment_of(folder)) is not None]
        return sorted(found, key=lambda each: each.time_created, reverse=True)

    def update(self, deployment_id: str, desired: DesiredDeployment, changes: tuple[FieldChange, ...]) -> Deployment:  # noqa: ARG002
        """Orders the new state as a whole; servers are replaced only when what they run changes.

        Raises:
            NoSuchDeploymentError: There is none.
            ConflictError: It is not ACTIVE or NEEDS_ATTENTION, or another command is at work on it.
            UnavailableError: No engine is there to run its container.
        """
        self._prepare_for_container(desired)
        folder = self._folder(deployment_id)
        lock = self.home.make(self.home.locks) / f"{deployment_id}.lock"
        with locked(lock, f"deployment {deployment_id}"), telling_when_full(folder.path, "updating the deployment"):
            _check_updatable(self.get(deployment_id))
            last = read_order(folder)
            if last is None:
                raise _none_such(deployment_id)
            order = attrs.evolve(last, generation=last.generation + 1, desired=desired)
            order = self._placing.complete(order, folder.pack)
            write_json(folder.order_file, to_plain(order), "updating the deployment")
        return self.get(deployment_id)

    def deactivate(self, deployment_id: str) -> Deployment:
        """Deployments of this machine cost nothing that would be worth the state.

        Raises:
            NoSuchDeploymentError: There is none.
            InvalidRequestError: Always else.
        """
        raise _no_switch(self.get(deployment_id), "deactivated")

    def activate(self, deployment_id: str) -> Deployment:
        """See `deactivate`.

        Raises:
            NoSuchDeploymentError: There is none.
            InvalidRequestError: It is not ACTIVE.
        """
        deployment = self.get(deployment_id)
        if deployment.state is LifecycleState.ACTIVE:
            return deployment
        raise _no_switch(deployment, "activated")

    def observe(self, deployment_id: str) -> Observation:
        """How the last order goes.

        Raises:
            NoSuchDeploymentError: There is none.
        """
        observation = observation_of(self._folder(deployment_id))
        if observation is None:
            raise _none_such(deployment_id)
        return observation

    def delete(self, deployment_id: str, step: Step) -> None:
        """Ends the deployment's processes and removes its folder.

        Raises:
            UnavailableError: Its processes cannot be ended, or the engine of its container does not answer.
        """
        if is_deployment_id(deployment_id):
            step.says("stopping the server")
            remove_deployment(DeploymentFolder(self.home.deployments / deployment_id))
        if self.home.names_in(self.home.deployments):
            sweep(self.home.deployments)

    @property
    def _placing(self) -> Placing:
        return Placing(self.home, self.packs, self.healthy_within)

    def _prepare_for_container(self, desired: DesiredDeployment) -> None:
        """Sees that an engine is there, and removes what processes that were killed have left in it."""
        if desired.container is not None:
            check_engine(os.environ)
            remove_abandoned(self.home)

    @contextmanager
    def _laid_down(self, folder: DeploymentFolder, order: Order) -> Iterator[int]:
        """The deployment's folder with its order, and the lock that its supervisor is to take over."""
        with staged(self.home.deployments) as making:
            draft = DeploymentFolder(making)
            draft.logs.mkdir()
            (draft.home / "tmp").mkdir(parents=True)
            lock = claim(draft.supervisor_lock)
            if lock is None:
                raise ConflictError(f"{making} is in use by another process")
            try:
                order = self._placing.complete(order, draft.pack)
                write_json(draft.order_file, to_plain(order), "creating the deployment")
                making.rename(folder.path)
                yield lock
            except BaseException:
                os.close(lock)
                remove_deployment(folder)
                raise
            os.close(lock)

    def _folder(self, deployment_id: str) -> DeploymentFolder:
        if not is_deployment_id(deployment_id) or deployment_id not in self.home.names_in(self.home.deployments):
            raise _none_such(deployment_id)
        return DeploymentFolder(self.home.deployments / deployment_id)


def _check_updatable(deployment: Deployment) -> None:
    if deployment.state not in _UPDATABLE:
        raise ConflictError(
            f"deployment '{deployment.name}' ({deployment.id}) is {deployment.state} and cannot be updated now",
            "Wait until it is ACTIVE."
            if deployment.state is not LifecycleState.FAILED
            else "Delete it and create it again.",
        )


def _no_switch(deployment: Deployment, done: str) -> InvalidRequestError:
    return InvalidRequestError(
        f"deployment '{deployment.name}' is on this machine, where deployments are not {done}",
        "Delete it, and create it again when it is needed: its packed environment stays.",
    )


def _none_such(deployment_id: str) -> NoSuchDeploymentError:
    return NoSuchDeploymentError(f"there is no deployment {deployment_id} on this machine")
