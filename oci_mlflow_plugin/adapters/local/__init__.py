"""Deployments as real server processes, or containers, on this machine."""

from __future__ import annotations

from collections.abc import Iterable

from oci_mlflow_core.hookspecs import DeployServiceDescriptor, hookimpl
from oci_mlflow_core.model.target import LOCAL, Session
from oci_mlflow_core.ports.deploy_service import DeployService
from oci_mlflow_core.ports.inspector import Inspector
from oci_mlflow_core.ports.pack_store import PackStore

#: Where packs go when the deployment file does not say; a bucket of this machine's own pack store.
DEFAULT_DESTINATION = "oci://local@local/conda-envs"


@hookimpl
def oci_mlflow_register_deploy_services() -> Iterable[DeployServiceDescriptor]:
    """Registers the service for the target ``oci-datascience://local``."""
    yield DeployServiceDescriptor(
        region=LOCAL,
        summary="Runs deployments on this machine: as processes in packed environments, or as containers",
        shared=False,
        runs_containers=True,
        default_destination=DEFAULT_DESTINATION,
        factory=_service,
        inspector=_inspector,
    )


def _service(session: Session, packs: PackStore) -> DeployService:
    from oci_mlflow_plugin.adapters.home.layout import Home  # noqa: PLC0415 - when chosen
    from oci_mlflow_plugin.adapters.local.service import LocalDeployService  # noqa: PLC0415 - when chosen

    return LocalDeployService(Home(session.home), packs, session.options.port or 0)


def _inspector(session: Session, _packs: PackStore) -> Inspector:
    from oci_mlflow_plugin.adapters.home.layout import Home  # noqa: PLC0415 - when chosen
    from oci_mlflow_plugin.adapters.local.inspector import LocalInspector  # noqa: PLC0415 - when chosen

    return LocalInspector(Home(session.home))
