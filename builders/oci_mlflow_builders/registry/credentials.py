"""Who logs in to a registry: this project's variables, and what ``docker login`` and ``podman login`` left.

Sources: Docker's "Credential helpers" and "Configuration files" (``config.json``: ``credHelpers`` before ``credsStore``
before ``auths``); Oracle's "Pushing Images Using the Docker CLI" (user ``<namespace>/<user>``, an auth token).
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import attrs

from oci_mlflow_builders.registry.credential_helpers import asked_helper
from oci_mlflow_builders.registry.hosts import is_loopback, is_ocir, names_in_configuration
from oci_mlflow_core.errors import RegistryRefusedError

#: ``<namespace>/<user>`` and an auth token, for OCIR and for registries of this machine.
USERNAME_VARIABLE: Final = "OCI_MLFLOW_REGISTRY_USERNAME"
PASSWORD_VARIABLE: Final = "OCI_MLFLOW_REGISTRY_PASSWORD"  # noqa: S105 - the name of a variable
#: What helpers give as user for a token that is no password (Docker's ``identitytoken``).
_IDENTITY_TOKEN: Final = "<token>"  # noqa: S105 - a marker


@attrs.frozen
class Credentials:
    """A user of a registry."""

    username: str
    password: str = attrs.field(repr=False)


def credentials_for(registry: str, environ: Mapping[str, str]) -> Credentials | None:
    """Who logs in to the registry, or None for nobody.

    The variables hold a token of Oracle Cloud, so no other registry is shown it.

    Raises:
        RegistryRefusedError: The configuration or a credential helper cannot be read.
    """
    username, password = environ.get(USERNAME_VARIABLE, ""), environ.get(PASSWORD_VARIABLE, "")
    if username and password and (is_ocir(registry) or is_loopback(registry)):
        return Credentials(username, password)
    return _configured(registry, environ)


def configuration_file(environ: Mapping[str, str]) -> Path:
    """Docker's ``config.json``: in ``$DOCKER_CONFIG``, else in ``~/.docker``."""
    folder = environ.get("DOCKER_CONFIG") or str(Path(environ.get("HOME") or Path.home()) / ".docker")
    return Path(folder) / "config.json"


def _configured(registry: str, environ: Mapping[str, str]) -> Credentials | None:
    file = configuration_file(environ)
    configuration = _read(file)
    helpers = configuration.get("credHelpers") or {}
    for name in names_in_configuration(registry):
        helper = helpers.get(name) or configuration.get("credsStore")
        found = asked_helper(str(helper), name, environ) if helper else None
        if found is not None:
            return _understood(registry, Credentials(*found))
    for name in names_in_configuration(registry):
        entry = (configuration.get("auths") or {}).get(name)
        if isinstance(entry, dict) and (entry.get("auth") or entry.get("identitytoken")):
            return _understood(registry, _decoded(entry, name, file))
    return None


def _read(file: Path) -> dict[str, Any]:
    try:
        plain = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as fault:
        reason = getattr(fault, "strerror", None) or "it is not JSON"
        raise RegistryRefusedError(
            f"{file}, where Docker keeps registry logins, cannot be read: {reason}",
            "Repair or remove it, then run: docker login <registry>",
        ) from None
    return plain if isinstance(plain, dict) else {}


def _decoded(entry: Mapping[str, Any], name: str, file: Path) -> Credentials:
    if entry.get("identitytoken"):
        return Credentials(_IDENTITY_TOKEN, "")
    try:
        username, colon, password = base64.b64decode(str(entry["auth"]), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        colon, username, password = "", "", ""
    if not colon:
        # the text itself may be a password
        raise RegistryRefusedError(
            f"{file}: the login for {name} is damaged ('auth' is not the base64 of user:password)",
            f"Run: docker login {name}",
        ) from None
    return Credentials(username, password.rstrip("\0"))


def _understood(registry: str, found: Credentials) -> Credentials:
    if found.username == _IDENTITY_TOKEN:
        raise RegistryRefusedError(
            f"the login for {registry} is an identity token, which only Docker's own client can use",
            f"Log in with a user name and a password or auth token: docker login -u <user> {registry}",
        )
    return found
