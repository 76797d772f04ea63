"""The kinds of authentication by the names that OCI's tools give them."""

from __future__ import annotations

import enum

from oci_mlflow_core.errors import InvalidRequestError, nearest


class Kind(str, enum.Enum):
    """A kind of authentication."""

    API_KEY = "api_key"
    SECURITY_TOKEN = "security_token"  # noqa: S105 - a name
    RESOURCE_PRINCIPAL = "resource_principal"
    INSTANCE_PRINCIPAL = "instance_principal"
    OKE_WORKLOAD_IDENTITY = "oke_workload_identity"
    DELEGATION_TOKEN = "delegation_token"  # noqa: S105 - a name

    def __str__(self) -> str:
        return self.value

    @property
    def needs_profile(self) -> bool:
        """Whether all of it stands in the configuration file."""
        return self in {Kind.API_KEY, Kind.SECURITY_TOKEN}


#: What other tools call them: OCI's command line, ocifs.
_OTHER_NAMES = {
    "instance_obo_user": Kind.DELEGATION_TOKEN,
    "oke_principal": Kind.OKE_WORKLOAD_IDENTITY,
    "workload_identity": Kind.OKE_WORKLOAD_IDENTITY,
    "session_token": Kind.SECURITY_TOKEN,
}


def kind_named(name: str, source: str) -> Kind:
    """The kind of that name.

    Args:
        name: As a user wrote it; case and dashes do not matter.
        source: What said so, for the message.

    Raises:
        InvalidRequestError: There is no such kind.
    """
    plain = name.strip().lower().replace("-", "_")
    known = {**{str(kind): kind for kind in Kind}, **_OTHER_NAMES}
    if plain in known:
        return known[plain]
    near = nearest(plain, known)
    meant = f"Did you mean '{near}'? " if near else ""
    raise InvalidRequestError(
        f"{source} names no kind of authentication: '{name}'",
        f"{meant}There are {', '.join(str(kind) for kind in Kind)}.",
    )
