"""Ordering a new deployment, once, whatever becomes of the answers."""

from __future__ import annotations

import uuid

import attrs

from oci_mlflow_core.errors import DeploymentError, NameInUseError
from oci_mlflow_core.model.deployment import Deployment, LifecycleState
from oci_mlflow_core.ports.deploy_service import DesiredDeployment
from oci_mlflow_plugin.adapters.oci.deployments.deleting import Deletion
from oci_mlflow_plugin.adapters.oci.deployments.observing import Observer
from oci_mlflow_plugin.adapters.oci.deployments.paging import listed
from oci_mlflow_plugin.adapters.oci.deployments.reading import deployment_of
from oci_mlflow_plugin.adapters.oci.deployments.tree.creation import create_tree
from oci_mlflow_plugin.adapters.oci.session.calling import call
from oci_mlflow_plugin.adapters.oci.session.connection import Connection
from oci_mlflow_plugin.adapters.oci.session.quiet_step import QuietStep

_GONE = frozenset({LifecycleState.DELETED, LifecycleState.DELETING, LifecycleState.FAILED})


@attrs.frozen
class Creation:
    """One create order."""

    connection: Connection
    observer: Observer

    def order(self, desired: DesiredDeployment) -> Deployment:
        """The deployment that was ordered; with the token of an order that was given before, that one.

        Raises:
            NameInUseError: Somebody else created one of that name at the same time, and was first.
            DeploymentError: The service refused.
        """
        desired = self._placed(desired)
        response = call(
            self.connection.clock,
            f"create the deployment '{desired.name}'",
            self.connection.data_science.create_model_deployment,
            create_tree(desired),
            opc_retry_token=desired.retry_token or uuid.uuid4().hex,
        )
        made = deployment_of(response.data, self.connection)
        self.observer.ordered(made.id, response.headers.get("opc-work-request-id"))
        first = self._first_of_that_name(desired, made)
        if first is not None:
            raise self._late(made, first)
        return made

    def _placed(self, desired: DesiredDeployment) -> DesiredDeployment:
        return attrs.evolve(
            desired,
            compartment_id=self.connection.compartment_id(desired.compartment_id or None),
            project_id=self.connection.project_id(desired.project_id or None),
        )

    def _first_of_that_name(self, desired: DesiredDeployment, made: Deployment) -> Deployment | None:
        """An older one that lives; OCI does not keep names unique, so that two creates at once both succeed."""
        ours = _age(made)
        client = self.connection.data_science
        what = f"look for other deployments called '{desired.name}'"
        # the service takes one filter besides the compartment
        same = listed(
            self.connection, what, client.list_model_deployments, desired.compartment_id, display_name=desired.name
        )
        in_project = [deployment_of(each, self.connection) for each in same if each.project_id == desired.project_id]
        older = [each for each in in_project if each.state not in _GONE and _age(each) < ours]
        return min(older, key=_age, default=None)

    def _late(self, made: Deployment, first: Deployment) -> NameInUseError:
        error = NameInUseError(
            f"a deployment called '{made.name}' was created at the same time ({first.id}, {first.state})",
            "Change that one with 'mlflow deployments update', or take another name.",
        )
        try:
            Deletion(self.connection, made.id, QuietStep()).run()
        except DeploymentError as refusal:
            error.leftovers = (f"deployment {made.id}: {refusal}",)
        return error


def _age(deployment: Deployment) -> tuple[str, str]:
    return deployment.time_created, deployment.id
