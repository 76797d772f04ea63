"""Session tokens of ``oci session authenticate``. Imports ``oci``; imported when chosen.

A token lives for at most an hour, and a command may wait for longer: the token is read again from its file whenever
``oci session refresh`` has written a new one.
"""

from __future__ import annotations

import shlex
import threading
from pathlib import Path
from typing import Any

from oci.auth.signers import SecurityTokenSigner

from oci_mlflow_core.errors import InvalidRequestError, NotAuthorizedError
from oci_mlflow_core.ports.clock import Clock
from oci_mlflow_plugin.adapters.oci.session.credentials import Credentials
from oci_mlflow_plugin.adapters.oci.session.jwt_expiry import expiry_of
from oci_mlflow_plugin.adapters.oci.session.keys import private_key
from oci_mlflow_plugin.adapters.oci.session.kinds import Kind
from oci_mlflow_plugin.adapters.oci.session.profile import Place, Profile
from oci_mlflow_plugin.adapters.oci.session.settings import Settings

_MINUTE = 60.0


def session_token(profile: Profile, settings: Settings, clock: Clock) -> Credentials:
    """The credentials of a profile with a session token.

    Raises:
        InvalidRequestError: The profile lacks a key, or a file that it names cannot be used.
        NotAuthorizedError: The token has expired.
    """
    token_file, key_file = profile.required("security_token_file", "key_file")
    read = private_key(settings.expanded(key_file), profile.get("pass_phrase"), str(profile.place), settings)
    signer = SessionTokenSigner(settings.expanded(token_file), read.key, profile.place, clock)
    return Credentials(
        kind=Kind.SECURITY_TOKEN,
        told=f"{profile.place} (session token)",
        signer=signer,
        region=profile.get("region"),
        tenancy_id=profile.get("tenancy"),
    )


class SessionTokenSigner(SecurityTokenSigner):  # type: ignore[misc] # the SDK has no types
    """Signs with the token that the file holds now."""

    def __init__(self, token_file: Path, key: Any, place: Place, clock: Clock) -> None:  # noqa: ANN401 - cryptography's
        self._token_file = token_file
        self._place = place
        self._clock = clock
        self._lock = threading.Lock()
        self._token = self._read()
        super().__init__(self._token, key)
        self._refuse_expired()

    def do_request_sign(self, request: Any, enforce_content_headers: bool = True) -> Any:  # noqa: ANN401, FBT001, FBT002 - the SDK's
        """The request, signed.

        Raises:
            NotAuthorizedError: The token has expired.
        """
        with self._lock:
            self._renew()
            self._refuse_expired()
            return super().do_request_sign(request, enforce_content_headers)

    def _renew(self) -> None:
        """Takes the file's token where it is another one."""
        token = self._read()
        if token != self._token:
            self._token = token
            self.api_key = f"ST${token}"
            self._basic_signer.reset_signer(self.api_key, self.private_key)
            self._body_signer.reset_signer(self.api_key, self.private_key)

    def _read(self) -> str:
        try:
            token = self._token_file.read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError) as fault:
            reason = fault.strerror if isinstance(fault, OSError) else "not a token"
            raise InvalidRequestError(
                f"the session token {self._token_file} of {self._place} cannot be read: {reason}",
                _authenticate(self._place),
            ) from None
        return token

    def _refuse_expired(self) -> None:
        expiry = expiry_of(self._token)
        if expiry is None:
            raise InvalidRequestError(
                f"{self._token_file} of {self._place} holds no session token", _authenticate(self._place)
            )
        late = self._clock.now().timestamp() - expiry
        if late >= 0:
            raise NotAuthorizedError(
                f"the session token of {self._place} expired {late / _MINUTE:.0f} min ago", _refresh(self._place)
            )


def _options(place: Place) -> str:
    return f"--profile {shlex.quote(place.profile)} --config-file {shlex.quote(str(place.file))}"


def _refresh(place: Place) -> str:
    return f"Renew it: oci session refresh {_options(place)} (a session that has ended: oci session authenticate)"


def _authenticate(place: Place) -> str:
    name, file = shlex.quote(place.profile), shlex.quote(str(place.file))
    return f"Begin a session: oci session authenticate --profile-name {name} --config-location {file}"
