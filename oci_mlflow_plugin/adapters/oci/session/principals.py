"""Identities that OCI gives to what runs in it: resources, instances, pods. Imports ``oci``; imported when chosen.

The SDK reads them from the environment of the process. Where its factories let it, its own retries and circuit breakers
are off, because `call` repeats.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from oci.auth import signers
from oci.auth.rpt_path_providers import EnvRptPathProvider
from oci.circuit_breaker import NoCircuitBreakerStrategy
from oci.retry import NoneRetryStrategy

from oci_mlflow_core.errors import DeploymentError, InvalidRequestError
from oci_mlflow_core.ports.clock import Clock
from oci_mlflow_plugin.adapters.oci.session.calling import Patience, call
from oci_mlflow_plugin.adapters.oci.session.credentials import Credentials
from oci_mlflow_plugin.adapters.oci.session.errors import failure_of, without_secrets
from oci_mlflow_plugin.adapters.oci.session.kinds import Kind
from oci_mlflow_plugin.adapters.oci.session.metadata_service import refuse_elsewhere
from oci_mlflow_plugin.adapters.oci.session.principal_variables import REGION, refuse_incomplete, refuse_incomplete_pod
from oci_mlflow_plugin.adapters.oci.session.settings import Settings

#: Where the SDK itself repeats.
_ONCE = Patience(attempts=1)
_SHORT = Patience(attempts=3, total=30.0)
#: Of the metadata service: no such path, or a rule of the cloud that this machine is in.
_REFUSALS = {401, 403, 404}
_NO_INSTANCE = (
    "This machine is no compute instance of OCI, or its metadata service refuses; OCI_MLFLOW_AUTH names another kind "
    "of authentication."
)


def resource_principal(settings: Settings, clock: Clock, delegation_token: str | None = None) -> Credentials:
    """The identity of the resource that the process is part of, such as a notebook session or a job run.

    Raises:
        InvalidRequestError: Its variables are not complete, or what they hold cannot be used.
        DeploymentError: A service that it needs does not answer, or refuses.
    """
    refuse_incomplete(settings)
    # without both of them the SDK asks the metadata service for the instance
    named = settings.get("OCI_RESOURCE_PRINCIPAL_RPT_PATH") and settings.get("OCI_RESOURCE_PRINCIPAL_RPT_ID")

    def make() -> Any:  # noqa: ANN401 - the SDK has no types
        paths = EnvRptPathProvider() if named else None
        if delegation_token is None:
            return signers.get_resource_principals_signer(paths)
        return signers.get_resource_principal_delegation_token_signer(delegation_token, paths)

    return _credentials(Kind.RESOURCE_PRINCIPAL, "the resource principal", make, settings, clock, _ONCE)


def instance_principal(settings: Settings, clock: Clock, delegation_token: str | None = None) -> Credentials:
    """The identity of the compute instance that the process runs on.

    Raises:
        UnavailableError: This machine is no instance of OCI.
        DeploymentError: OCI gives it no token.
    """
    refuse_elsewhere(settings)
    options: dict[str, Any] = {
        "retry_strategy": NoneRetryStrategy(),
        "federation_client_retry_strategy": NoneRetryStrategy(),
        "federation_client_circuit_breaker_strategy": NoCircuitBreakerStrategy(),
    }

    def make() -> Any:  # noqa: ANN401 - the SDK has no types
        if delegation_token is None:
            return signers.InstancePrincipalsSecurityTokenSigner(**options)
        return signers.InstancePrincipalsDelegationTokenSigner(delegation_token=delegation_token, **options)

    return _credentials(Kind.INSTANCE_PRINCIPAL, "the instance principal", make, settings, clock, _SHORT)


def oke_workload_identity(settings: Settings, clock: Clock) -> Credentials:
    """The identity of the Kubernetes service account that the pod runs as.

    Raises:
        InvalidRequestError: This is no pod of an OKE cluster that has workload identity.
        DeploymentError: The cluster gives it no token.
    """
    refuse_incomplete_pod(settings)

    def make() -> Any:  # noqa: ANN401 - the SDK has no types
        return signers.get_oke_workload_identity_resource_principal_signer(retry_strategy=NoneRetryStrategy())

    return _credentials(Kind.OKE_WORKLOAD_IDENTITY, "the pod's workload identity", make, settings, clock, _SHORT)


def _credentials(  # noqa: PLR0913, PLR0917 - one call, three callers
    kind: Kind, told: str, make: Callable[[], Any], settings: Settings, clock: Clock, patience: Patience
) -> Credentials:
    try:
        signer = call(clock, f"sign in as {told}", make, patience=patience)
    except DeploymentError as fault:
        if kind is Kind.INSTANCE_PRINCIPAL and _is_refused_by_the_machine(fault):
            fault.hint = _NO_INSTANCE
        raise
    except Exception as fault:  # noqa: BLE001 - the SDK lets through what its libraries raise about tokens and keys
        said = without_secrets(" ".join(str(fault).split()))[:300]
        raise InvalidRequestError(f"could not sign in as {told}: {said or type(fault).__name__}") from None
    return Credentials(
        kind=kind,
        told=told,
        signer=signer,
        region=getattr(signer, "region", None) or settings.get(REGION),
        tenancy_id=getattr(signer, "tenancy_id", None),
    )


def _is_refused_by_the_machine(fault: DeploymentError) -> bool:
    """Services of OCI give a code and a request id with a refusal, the metadata service of an instance neither."""
    failure = failure_of(fault)
    return failure is not None and failure.status in _REFUSALS and not (failure.code or failure.request_id)
