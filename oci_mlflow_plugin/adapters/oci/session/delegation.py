"""Delegation tokens: an instance or a resource that acts for a user, as in Cloud Shell.

Imports ``oci``; imported when chosen.
"""

from __future__ import annotations

import attrs

from oci_mlflow_core.errors import InvalidRequestError
from oci_mlflow_core.ports.clock import Clock
from oci_mlflow_plugin.adapters.oci.session.credentials import Credentials
from oci_mlflow_plugin.adapters.oci.session.kinds import Kind
from oci_mlflow_plugin.adapters.oci.session.principal_variables import VERSION
from oci_mlflow_plugin.adapters.oci.session.principals import instance_principal, resource_principal
from oci_mlflow_plugin.adapters.oci.session.settings import Settings

#: Of OCI's command line.
VARIABLE = "OCI_CLI_DELEGATION_TOKEN_FILE"
KEY = "delegation_token_file"


def delegation_token(file: str | None, region: str | None, settings: Settings, clock: Clock) -> Credentials:
    """The credentials of a user, as an instance or resource that holds the user's token has them.

    Args:
        file: That the profile names, unless `VARIABLE` names another.
        region: That the profile names; the instance's or resource's else.
        settings: The environment.
        clock: Waits.

    Raises:
        InvalidRequestError: No file is named, or it holds no token.
        DeploymentError: There is no instance or resource principal.
    """
    token = _token(file, settings)
    principal = resource_principal if settings.get(VERSION) else instance_principal
    found = principal(settings, clock, token)
    told = f"a delegation token by way of {found.told}"
    return attrs.evolve(found, kind=Kind.DELEGATION_TOKEN, told=told, region=region or found.region)


def _token(file: str | None, settings: Settings) -> str:
    named = settings.get(VARIABLE) or file
    if named is None:
        raise InvalidRequestError(
            f"no file with a delegation token is named: neither {KEY} in the profile nor {VARIABLE} is set"
        )
    path = settings.expanded(named)
    try:
        token = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as fault:
        reason = fault.strerror if isinstance(fault, OSError) else "not a token"
        raise InvalidRequestError(f"the delegation token {path} cannot be read: {reason}") from None
    if not token:
        raise InvalidRequestError(f"the delegation token {path} is empty")
    return token
