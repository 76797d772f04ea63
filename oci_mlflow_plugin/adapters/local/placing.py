"""From a desired deployment to the order that a supervisor can carry out."""

from __future__ import annotations

import os
from datetime import datetime, timezone
from pathlib import Path

import attrs

from oci_mlflow_core.errors import InvalidRequestError, PackNotFoundError
from oci_mlflow_core.model.pack import StoredPack
from oci_mlflow_core.ports.deploy_service import DesiredDeployment
from oci_mlflow_core.ports.pack_store import PackStore
from oci_mlflow_core.ports.progress_sink import Step
from oci_mlflow_plugin.adapters.home.layout import Home
from oci_mlflow_plugin.adapters.local.catalog import artifact_of
from oci_mlflow_plugin.adapters.local.containers.launch import container_launch
from oci_mlflow_plugin.adapters.local.containers.settings import HEALTHY_WITHIN
from oci_mlflow_plugin.adapters.local.environments import Environments
from oci_mlflow_plugin.adapters.local.launching import launch_of
from oci_mlflow_plugin.adapters.local.records import Order
from oci_mlflow_plugin.adapters.local.runtime_yaml import InferenceEnvironment, inference_environment
from oci_mlflow_plugin.adapters.local.supervision.folder import DeploymentFolder


class _Unseen(Step):
    """The service does not tell how far it is until the order is taken."""

    def says(self, text: str) -> None:
        """Nobody looks."""

    def moved(self, done: int, total: int | None) -> None:
        """Nobody looks."""

    def done(self, outcome: str) -> None:
        """Nobody looks."""


@attrs.frozen
class Placing:
    """Finds the artifact and the environment of orders."""

    home: Home
    packs: PackStore
    #: Seconds in which a container has to become healthy.
    healthy_within: float = HEALTHY_WITHIN

    def first(self, deployment_id: str, desired: DesiredDeployment, port: int, *, bound: bool) -> Order:
        """The order that creates a deployment; one that is `bound` to its command takes its model with it."""
        return Order(
            id=deployment_id,
            generation=1,
            time_created=datetime.now(tz=timezone.utc).isoformat(),
            port=port,
            desired=desired,
            launch={},
            made_for_it=(f"../models/{desired.model_id}",) if bound else (),
        )

    def complete(self, order: Order, pack_to: Path) -> Order:
        """The order with what its supervisor needs; the pack is brought to `pack_to` unless its environment is there.

        Raises:
            InvalidRequestError: The artifact, or a setting, cannot be served on this machine.
            PackNotFoundError: The pack is not there.
            PackCorruptError: The pack is not what was published.
        """
        artifact = artifact_of(self.home, order.desired.model_id)
        if order.desired.container is not None:
            launch = container_launch(order.id, order.desired, artifact, os.environ, self.healthy_within)
            return attrs.evolve(order, launch=launch)
        environments = Environments(self.home)
        stored = self._stored(inference_environment(artifact))
        sha256 = stored.sha256
        if sha256 is None or not environments.is_ready(sha256):
            pack_to.unlink(missing_ok=True)
            sha256 = self.packs.fetch(stored.location, pack_to, _Unseen()).sha256
        folder = DeploymentFolder(self.home.deployments / order.id)
        environment = environments.folder_of(sha256)
        return attrs.evolve(order, launch=launch_of(order.id, order.desired, artifact, environment, folder.home))

    def _stored(self, wanted: InferenceEnvironment) -> StoredPack:
        stored = self.packs.find(wanted.pack)
        if stored is None:
            raise PackNotFoundError(
                str(wanted.pack), "there is no pack", "It is the one that the model's runtime.yaml names."
            )
        if wanted.python and not _same_minor(wanted.python, stored.manifest.python):
            raise InvalidRequestError(
                f"runtime.yaml asks for Python {wanted.python}, but the pack {wanted.pack} "
                f"holds Python {stored.manifest.python}"
            )
        return stored


def _same_minor(wanted: str, there: str) -> bool:
    return not there[:1].isdigit() or wanted.split(".")[:2] == there.split(".")[:2]
