"""Registers the deploy service of OCI; imports neither it nor the SDK before it is chosen."""

from __future__ import annotations

from collections.abc import Iterable

from oci_mlflow_core.hookspecs import DeployServiceDescriptor, hookimpl
from oci_mlflow_core.model.target import Session
from oci_mlflow_core.ports.deploy_service import DeployService
from oci_mlflow_core.ports.inspector import Inspector
from oci_mlflow_core.ports.pack_store import PackStore
from oci_mlflow_core.ports.service_packs import ServicePacks


@hookimpl
def oci_mlflow_register_deploy_services() -> Iterable[DeployServiceDescriptor]:
    """Registers the service for the targets in Oracle Cloud: ``oci-datascience`` with or without a region."""
    yield DeployServiceDescriptor(
        region="*",
        summary="Runs deployments in OCI Data Science",
        shared=True,
        runs_containers=True,
        edits_in_groups=True,
        factory=_service,
        inspector=_inspector,
        service_packs=_service_packs,
    )


def _service(session: Session, _packs: PackStore) -> DeployService:
    from oci_mlflow_plugin.adapters.oci.service import OciDeployService  # noqa: PLC0415 - imports oci
    from oci_mlflow_plugin.adapters.oci.session.connection import Connection  # noqa: PLC0415 - when chosen

    return OciDeployService(Connection(session))


def _inspector(session: Session, packs: PackStore) -> Inspector:
    from oci_mlflow_plugin.adapters.oci.inspection.inspector import OciInspector  # noqa: PLC0415 - imports oci
    from oci_mlflow_plugin.adapters.oci.session.connection import Connection  # noqa: PLC0415 - when chosen

    return OciInspector(Connection(session), packs)


def _service_packs(session: Session) -> ServicePacks:
    from oci_mlflow_plugin.adapters.oci.service_packs.index import OciServicePacks  # noqa: PLC0415 - imports oci
    from oci_mlflow_plugin.adapters.oci.session.connection import Connection  # noqa: PLC0415 - when chosen

    return OciServicePacks(Connection(session))
