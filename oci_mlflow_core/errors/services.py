"""What the service that runs deployments refused."""

from __future__ import annotations

import attrs

from oci_mlflow_core.errors.root import DeploymentError


@attrs.define(eq=False, slots=False)
class ServiceError(DeploymentError):
    """The service that runs deployments refused a call or failed to answer it."""

    reason: str
    hint: str = ""

    def __str__(self) -> str:
        return self.reason


class NotAuthorizedError(ServiceError):
    """The caller may not do this."""


class RegistryRefusedError(NotAuthorizedError):
    """A registry of container images asks for another login, or for one at all."""


class ConflictError(ServiceError):
    """The resource is in a state, or in use, so that the call cannot be made now."""


class QuotaExceededError(ServiceError):
    """A limit of the tenancy, or of this machine, is reached."""


class UnavailableError(ServiceError):
    """The service did not answer; the same call may succeed later."""


@attrs.define(eq=False, slots=False)
class ThrottledError(ServiceError):
    """The service asks for fewer calls."""

    #: Seconds that the service asked to wait; None where it did not say.
    retry_after: float | None = None


class NoSuchDeploymentError(ServiceError):
    """No deployment has that name or OCID."""


class NameInUseError(ServiceError):
    """A deployment of that name exists already."""


@attrs.define(eq=False, slots=False)
class AmbiguousNameError(ServiceError):
    """Several deployments have that display name (OCI does not keep display names unique)."""

    ids: tuple[str, ...] = ()
