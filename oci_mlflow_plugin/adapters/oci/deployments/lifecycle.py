"""The deployments' part of the deploy service."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from oci_mlflow_core.errors import InvalidRequestError
from oci_mlflow_core.model.deployment import Deployment, FieldChange, LifecycleState, Observation
from oci_mlflow_core.ports.deploy_service import DeploymentLifecycle, DesiredDeployment
from oci_mlflow_core.ports.progress_sink import Step
from oci_mlflow_plugin.adapters.oci.deployments.changing import Change
from oci_mlflow_plugin.adapters.oci.deployments.creating import Creation
from oci_mlflow_plugin.adapters.oci.deployments.deleting import Deletion
from oci_mlflow_plugin.adapters.oci.deployments.observing import Observer
from oci_mlflow_plugin.adapters.oci.deployments.paging import listed
from oci_mlflow_plugin.adapters.oci.deployments.reading import deployment_of, found
from oci_mlflow_plugin.adapters.oci.deployments.tree.description import described
from oci_mlflow_plugin.adapters.oci.session.connection import Connection

_GONE = frozenset({LifecycleState.DELETING, LifecycleState.DELETED})


def _observer(lifecycle: OciLifecycle) -> Observer:
    return Observer(lifecycle.connection)


@attrs.frozen
class OciLifecycle(DeploymentLifecycle):
    """Deployments of one compartment and project."""

    connection: Connection
    _observer: Observer = attrs.field(default=attrs.Factory(_observer, takes_self=True), init=False)

    @property
    def place(self) -> str:
        """See `DeploymentLifecycle.place`."""
        return f"compartment {self.connection.compartment_id()}, project {self.connection.project_id()}"

    def check(self, desired_name: str) -> None:  # noqa: ARG002 - any name can be deployed
        """Refuses what belongs to another target, and makes sure that the caller is somebody.

        Raises:
            InvalidRequestError: The command has an option that means nothing here, or nobody is authenticated.
            NotAuthorizedError: The session token has expired.
        """
        if self.connection.session.options.port is not None:
            raise InvalidRequestError("-C port=… is for the target oci-datascience://local; OCI gives every URL itself")
        self.connection.credentials  # noqa: B018 - finding them is what is checked

    def create(self, desired: DesiredDeployment) -> Deployment:
        """Orders a deployment.

        Raises:
            NameInUseError: Somebody else created one of that name at the same time, and was first.
            QuotaExceededError: The tenancy has no room for it.
            DeploymentError: The service refused.
        """
        return Creation(self.connection, self._observer).order(desired)

    def get(self, deployment_id: str) -> Deployment:
        """The deployment as it is now; one that is unwell, with why.

        Raises:
            NoSuchDeploymentError: There is none.
        """
        return self._observer.state_of(deployment_id)

    def describe(self, deployment_id: str) -> DesiredDeployment:
        """What the deployment was last told to be.

        Raises:
            NoSuchDeploymentError: There is none.
        """
        return described(found(self.connection, deployment_id).tree)

    def list(self) -> Iterable[Deployment]:
        """The deployments of the session's compartment and project, newest first.

        Those that are being deleted are left out, as they cannot come back.
        """
        connection = self.connection
        compartment, project = connection.compartment_id(), connection.project_id()
        order = {"sort_by": "timeCreated", "sort_order": "DESC"}
        # the project is looked at here, as the service takes one filter besides the compartment
        everyone = listed(
            connection, "list deployments", connection.data_science.list_model_deployments, compartment, **order
        )
        seen = [deployment_of(each, connection) for each in everyone if each.project_id == project]
        return sorted(
            (each for each in seen if each.state not in _GONE), key=lambda each: each.time_created, reverse=True
        )

    def update(self, deployment_id: str, desired: DesiredDeployment, changes: tuple[FieldChange, ...]) -> Deployment:
        """Orders one pass of changes, and nothing else.

        Raises:
            NoSuchDeploymentError: There is none.
            ConflictError: Its state does not allow it, or somebody else changed it meanwhile.
            InvalidRequestError: OCI has no way to make such a change.
        """
        return Change(self.connection, self._observer, deployment_id).settings(desired, changes)

    def activate(self, deployment_id: str) -> Deployment:
        """Orders that it serves again.

        Raises:
            NoSuchDeploymentError: There is none.
            ConflictError: Its state does not allow it.
        """
        return Change(self.connection, self._observer, deployment_id).activation()

    def deactivate(self, deployment_id: str) -> Deployment:
        """Orders that it stops serving.

        Raises:
            NoSuchDeploymentError: There is none.
            ConflictError: Its state does not allow it.
        """
        return Change(self.connection, self._observer, deployment_id).deactivation()

    def observe(self, deployment_id: str) -> Observation:
        """How the last order goes.

        Raises:
            NoSuchDeploymentError: There is none.
        """
        return self._observer.look(deployment_id)

    def delete(self, deployment_id: str, step: Step) -> None:
        """Removes the deployment, when its state allows it, and returns when it is gone.

        Raises:
            ConflictError: OCI does not delete it in its state.
            TimedOutError: It takes too long; it goes on.
        """
        Deletion(self.connection, deployment_id, step).run()
