"""Answering a registry that asks who is there.

Source: the distribution project's "Token Authentication Specification": a challenge ``Bearer realm=…,service=…`` sends
the client to another server for a token; ``Basic`` takes user and password themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from requests.auth import HTTPBasicAuth
from requests.utils import parse_dict_header

from oci_mlflow_builders.registry.credentials import Credentials, credentials_for
from oci_mlflow_builders.registry.faults import TIMEOUT, not_let_in
from oci_mlflow_builders.registry.hosts import is_loopback
from oci_mlflow_core.errors import RegistryRefusedError

if TYPE_CHECKING:
    import requests

    from oci_mlflow_builders.registry.connection import Connection


class Login:
    """Logs one user in to one registry, as often as its tokens expire or other rights are asked for."""

    def __init__(self, registry: str, environ: Mapping[str, str]) -> None:
        self._registry = registry
        self._credentials = credentials_for(registry, environ)

    @property
    def username(self) -> str:
        """Whom it logs in; empty for nobody."""
        return self._credentials.username if self._credentials else ""

    def answer(self, connection: Connection, refusal: requests.Response) -> None:
        """Gives the connection what the challenge asks for.

        Raises:
            RegistryRefusedError: It asks for something else, or the token is not given.
        """
        kind, _, rest = refusal.headers.get("WWW-Authenticate", "").partition(" ")
        if kind.lower() == "basic":
            if self._credentials is None:
                raise not_let_in(self._registry, self.username)
            connection.show_password(self._credentials.username, self._credentials.password)
        elif kind.lower() == "bearer":
            connection.token = self._token(connection.session, parse_dict_header(rest))  # type: ignore[no-untyped-call]
        else:
            raise RegistryRefusedError(
                f"the registry {self._registry} asks for a login of a kind that is not known here ('{kind}')",
                "Registries ask for Basic or Bearer; a proxy in between may ask for something else.",
            )

    def _token(self, session: requests.Session, challenge: Mapping[str, str]) -> str:
        realm = challenge.get("realm", "")
        parts = urlsplit(realm)
        if parts.scheme != "https" and not is_loopback(parts.netloc):
            raise RegistryRefusedError(
                f"the registry {self._registry} asks to log in at '{realm}', which is not https",
                "No password is sent without TLS, except to this machine.",
            )
        asked = [("scope", scope) for scope in challenge.get("scope", "").split()]
        if challenge.get("service"):
            asked.insert(0, ("service", challenge["service"]))
        answer = session.get(realm, params=asked, auth=_basic(self._credentials), timeout=TIMEOUT)
        if answer.status_code in {401, 403}:
            raise not_let_in(self._registry, self.username)
        answer.raise_for_status()
        plain = answer.json()
        token = plain.get("access_token") or plain.get("token") if isinstance(plain, dict) else None
        if not token:
            raise not_let_in(self._registry, self.username)
        return str(token)


def _basic(credentials: Credentials | None) -> HTTPBasicAuth | None:
    return None if credentials is None else HTTPBasicAuth(credentials.username, credentials.password)
