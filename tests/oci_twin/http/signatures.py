"""Who signed a request: version 1 of OCI's signatures, of draft-cavage-http-signatures-08."""

from __future__ import annotations

import base64
import binascii
import re
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from oci_twin.clock import TwinClock
from oci_twin.http.call import Call, Refusal
from oci_twin.http.tokens import BadToken, TokenIssuer

_SKEW = timedelta(minutes=5)
_ALWAYS = frozenset({"(request-target)", "host"})
_WITH_BODY = frozenset({"content-length", "content-type", "x-content-sha256"})
_FIELD = re.compile(r'(\w+)="([^"]*)"')


class Signatures:
    """Verifies signatures of API keys and of holders of tokens.

    Args:
        clock: What ``date`` is compared with, 5 minutes early or late.
    """

    def __init__(self, issuer: TokenIssuer, clock: TwinClock) -> None:
        self._issuer = issuer
        self._clock = clock
        self._keys: dict[str, rsa.RSAPublicKey] = {}

    def register(self, key_id: str, key: rsa.RSAPublicKey) -> None:
        """Makes an API key known: ``<tenancy>/<user>/<fingerprint>``."""
        self._keys[key_id] = key

    def verify(self, call: Call, target: str, *, body_signed: bool) -> str:
        """The id of the key that signed the call.

        Args:
            target: Path and query exactly as they were sent.
            body_signed: Whether POST, PUT and PATCH have to sign their body.

        Raises:
            Refusal: 401 NotAuthenticated.
        """
        fields = _fields(call)
        names = fields["headers"].lower().split()
        self._require_headers(call, names, body_signed=body_signed)
        self._require_date(call, names)
        if "x-content-sha256" in names:
            _require_digest(call)
        key = self._key(fields["keyId"])
        _require_signature(key, _signing_string(call, names, target), fields["signature"])
        return fields["keyId"]

    def _require_headers(self, call: Call, names: list[str], *, body_signed: bool) -> None:
        needed = _ALWAYS
        if body_signed and call.method in ("POST", "PUT", "PATCH"):
            needed |= _WITH_BODY
        missing = sorted(needed - set(names))
        if missing:
            raise _refusal(f"The signature does not cover {', '.join(missing)}.")

    def _require_date(self, call: Call, names: list[str]) -> None:
        name = "x-date" if "x-date" in names else "date"
        if name not in names:
            raise _refusal("The signature does not cover the date.")
        sent = _date(call.headers.get(name, ""))
        if abs(sent - self._clock.now()) > _SKEW:
            raise _refusal("The date is more than 5 minutes off.")

    def _key(self, key_id: str) -> rsa.RSAPublicKey:
        if key_id.startswith("ST$"):
            try:
                return self._issuer.holder(key_id.removeprefix("ST$"), self._clock.now())
            except BadToken as error:
                raise _refusal(str(error)) from error
        try:
            return self._keys[key_id]
        except KeyError:
            raise _refusal("The key is not known.") from None


def _refusal(reason: str) -> Refusal:
    # The services say one sentence for all; the reason helps whoever tests.
    message = f"The required information to complete authentication was not provided or was incorrect. ({reason})"
    return Refusal(401, "NotAuthenticated", message)


def _fields(call: Call) -> dict[str, str]:
    scheme, _, rest = call.headers.get("authorization", "").partition(" ")
    fields = dict(_FIELD.findall(rest))
    if scheme.lower() != "signature" or not {"keyId", "signature", "headers", "algorithm"} <= set(fields):
        raise _refusal("There is no signature.")
    if fields["algorithm"] != "rsa-sha256" or fields.get("version", "1") != "1":
        raise _refusal("The signature is not of version 1 with rsa-sha256.")
    return fields


def _date(text: str) -> datetime:
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        raise _refusal("The date is no date.") from None
    if moment.tzinfo is None:
        raise _refusal("The date names no zone.")
    return moment


def _require_digest(call: Call) -> None:
    if call.headers.get("x-content-sha256") != base64.b64encode(call.sha256).decode("ascii"):
        raise _refusal("x-content-sha256 is not the body's.")


def _signing_string(call: Call, names: list[str], target: str) -> bytes:
    lines = []
    for name in names:
        if name == "(request-target)":
            lines.append(f"{name}: {call.method.lower()} {target}")
        elif name in call.headers:
            lines.append(f"{name}: {call.headers[name]}")
        else:
            raise _refusal(f"The signature covers {name}, which was not sent.")
    return "\n".join(lines).encode("latin-1")


def _require_signature(key: rsa.RSAPublicKey, signed: bytes, signature: str) -> None:
    try:
        key.verify(base64.b64decode(signature), signed, padding.PKCS1v15(), hashes.SHA256())
    except (InvalidSignature, binascii.Error):
        raise _refusal("The signature is not the key's.") from None
