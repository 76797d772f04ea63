"""One caller's way to OCI: who it is, where it calls, and the SDK's clients, each made when it is first used."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from oci_mlflow_core.model.target import Session
from oci_mlflow_core.ports.clock import Clock
from oci_mlflow_plugin.adapters.home.clock import SystemClock
from oci_mlflow_plugin.adapters.oci.session import endpoints, places
from oci_mlflow_plugin.adapters.oci.session.clients import ServiceClient, client
from oci_mlflow_plugin.adapters.oci.session.credentials import Credentials
from oci_mlflow_plugin.adapters.oci.session.regions import chosen_region, data_plane, region_of
from oci_mlflow_plugin.adapters.oci.session.settings import Settings

if TYPE_CHECKING:
    from oci.data_science import DataScienceClient
    from oci.identity import IdentityClient
    from oci.limits import LimitsClient
    from oci.logging import LoggingManagementClient
    from oci.loggingsearch import LogSearchClient
    from oci.object_storage import ObjectStorageClient

_V = TypeVar("_V")

_DATA_SCIENCE = ServiceClient("oci.data_science", "DataScienceClient", endpoints.DATA_SCIENCE)
_OBJECT_STORAGE = ServiceClient("oci.object_storage", "ObjectStorageClient", endpoints.OBJECT_STORAGE)
_LOGGING = ServiceClient("oci.logging", "LoggingManagementClient", endpoints.LOGGING)
_LOG_SEARCH = ServiceClient("oci.loggingsearch", "LogSearchClient", endpoints.LOG_SEARCH)
_IDENTITY = ServiceClient("oci.identity", "IdentityClient", endpoints.IDENTITY)
_LIMITS = ServiceClient("oci.limits", "LimitsClient", endpoints.LIMITS)


class Connection:
    """What the adapters of one session share; safe to use from several threads.

    Nothing is read or asked before it is needed: making a connection reads no file and imports no SDK. Everything is
    found once and kept; a failure is not kept, so that the next use tries again.
    """

    def __init__(self, session: Session, environ: Mapping[str, str] | None = None, clock: Clock | None = None) -> None:
        self.session = session
        self.settings = Settings(os.environ if environ is None else environ)
        #: For `call`.
        self.clock: Clock = clock or SystemClock()
        self._lock = threading.RLock()
        self._found: dict[str, Any] = {}

    # --- who and where ----------------------------------------------------------------------------------------

    @property
    def credentials(self) -> Credentials:
        """Who calls.

        Raises:
            InvalidRequestError: No way to authenticate is complete; says what each lacks.
            NotAuthorizedError: A session token that has expired.
            UnavailableError: What gives an instance or a resource its identity does not answer.
        """
        from oci_mlflow_plugin.adapters.oci.session.authentication import authenticated  # noqa: PLC0415 - imports oci

        return self._once("credentials", lambda: authenticated(self.session.target.profile, self.settings, self.clock))

    @property
    def region(self) -> str:
        """The region's full name.

        Raises:
            InvalidRequestError: Nothing says which, or it is not known.
        """
        return self._once("region", self._region)

    def _region(self) -> str:
        target, settings = self.session.target.region, self.settings
        # what is said is used without asking who calls
        if target or settings.get("OCI_MLFLOW_REGION"):
            return chosen_region(target, settings, None, "")
        credentials = self.credentials
        return chosen_region(None, settings, credentials.region, credentials.told)

    @property
    def tenancy_id(self) -> str | None:
        """The caller's tenancy; None where the credentials do not say."""
        return self.credentials.tenancy_id

    def compartment_id(self, from_file: str | None = None) -> str:
        """The compartment's OCID: from the file, the target, the environment, the notebook.

        Raises:
            InvalidRequestError: None of them says.
        """
        return places.compartment_id(
            from_file or self.session.compartment_id, self.session.target.compartment_id, self.settings
        )

    def project_id(self, from_file: str | None = None) -> str:
        """The project's OCID: from the file, the target, the environment, the notebook.

        Raises:
            InvalidRequestError: None of them says.
        """
        return places.project_id(from_file or self.session.project_id, self.session.target.project_id, self.settings)

    @property
    def namespace(self) -> str:
        """The tenancy's Object Storage namespace; asked once.

        Raises:
            DeploymentError: OCI does not tell it.
        """
        from oci_mlflow_plugin.adapters.oci.session.calling import call  # noqa: PLC0415 - imports oci

        def ask() -> str:
            what = "find the tenancy's Object Storage namespace"
            return str(call(self.clock, what, self.object_storage.get_namespace).data)

        return self._once("namespace", ask)

    # --- the SDK's clients ------------------------------------------------------------------------------------

    @property
    def data_science(self) -> DataScienceClient:
        """Models, deployments, work requests."""
        return self._client(_DATA_SCIENCE)

    @property
    def object_storage(self) -> ObjectStorageClient:
        """Buckets and objects."""
        return self._client(_OBJECT_STORAGE)

    @property
    def logging(self) -> LoggingManagementClient:
        """Log groups and logs."""
        return self._client(_LOGGING)

    @property
    def log_search(self) -> LogSearchClient:
        """What logs hold."""
        return self._client(_LOG_SEARCH)

    @property
    def identity(self) -> IdentityClient:
        """Compartments, regions."""
        return self._client(_IDENTITY)

    @property
    def limits(self) -> LimitsClient:
        """Service limits and what is left of them."""
        return self._client(_LIMITS)

    def _client(self, service: ServiceClient) -> Any:  # noqa: ANN401 - the SDK has no types
        def make() -> Any:  # noqa: ANN401
            endpoint = endpoints.endpoint_of(self.settings, service.variable)
            return client(service.kind(), self.credentials, self.region, endpoint)

        return self._once(service.name, make)

    # --- the data plane ---------------------------------------------------------------------------------------

    @property
    def model_deployment_auth(self) -> Any:  # noqa: ANN401 - the SDK has no types
        """The signer for calls of deployments, an ``auth=`` of ``requests``."""
        return self.credentials.data_plane_auth

    def data_plane_url(self, deployment_id: str) -> str:
        """The URL of a deployment, to which ``/predict`` is added, without asking the control plane.

        ``OCI_MLFLOW_MODEL_DEPLOYMENT_ENDPOINT`` moves it. The region is the one in the OCID, else the session's.
        """
        endpoint = endpoints.endpoint_of(self.settings, endpoints.MODEL_DEPLOYMENT)
        return f"{endpoint or data_plane(region_of(deployment_id) or self.region)}/{deployment_id}"

    def _once(self, name: str, find: Callable[[], _V]) -> _V:
        """What was found under that name, or is found now by one thread while others wait."""
        if name not in self._found:
            with self._lock:
                if name not in self._found:
                    self._found[name] = find()
        return self._found[name]  # type: ignore[no-any-return]
