"""The deploy service of OCI Data Science. Imports ``oci``; the registration imports it when it is chosen."""

from __future__ import annotations

import attrs

from oci_mlflow_core.ports.deploy_service import DeployService
from oci_mlflow_plugin.adapters.oci.catalog.catalog import OciCatalog
from oci_mlflow_plugin.adapters.oci.catalog.uploading import DIRECT_LIMIT
from oci_mlflow_plugin.adapters.oci.data_plane.predictor import OciPredictor
from oci_mlflow_plugin.adapters.oci.deployments.lifecycle import OciLifecycle
from oci_mlflow_plugin.adapters.oci.session.connection import Connection


def _lifecycle(service: OciDeployService) -> OciLifecycle:
    return OciLifecycle(service.connection)


@attrs.frozen
class OciDeployService(DeployService):
    """Models, deployments and predictions of one compartment and project."""

    connection: Connection
    #: Bytes of an artifact above which it goes by way of a bucket.
    direct_limit: int = DIRECT_LIMIT
    _lifecycle: OciLifecycle = attrs.field(default=attrs.Factory(_lifecycle, takes_self=True), init=False)

    @property
    def catalog(self) -> OciCatalog:
        """Models."""
        return OciCatalog(self.connection, self.direct_limit)

    @property
    def lifecycle(self) -> OciLifecycle:
        """Deployments; it remembers the orders of this process."""
        return self._lifecycle

    @property
    def predictor(self) -> OciPredictor:
        """Predictions."""
        return OciPredictor(self.connection)
