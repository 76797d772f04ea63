"""A second reading of OCI's signatures, for the services that hand out tokens."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping

import attrs
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa


@attrs.frozen
class Asked:
    """A request that came in."""

    method: str
    #: With the query, as it was sent.
    target: str
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> dict[str, str]:
        content: dict[str, str] = json.loads(self.body)
        return content

    @property
    def fields(self) -> dict[str, str]:
        """Of the authorization header."""
        return dict(re.findall(r'(\w+)="([^"]*)"', self.headers["authorization"]))

    @property
    def names(self) -> list[str]:
        """Of the headers that are signed."""
        return self.fields["headers"].split()

    def check(self, key: rsa.RSAPublicKey) -> None:
        """Nothing, where the holder of the key signed the request with its body.

        Raises:
            InvalidSignature: Another one did.
        """
        lines = [f"{name}: {self._value(name)}" for name in self.names]
        signature = base64.b64decode(self.fields["signature"])
        key.verify(signature, "\n".join(lines).encode(), padding.PKCS1v15(), hashes.SHA256())
        if self.method == "POST":
            digest = base64.b64encode(hashlib.sha256(self.body).digest()).decode()
            assert self.headers["x-content-sha256"] == digest

    def _value(self, name: str) -> str:
        if name == "(request-target)":
            return f"{self.method.lower()} {self.target}"
        return self.headers[name]


def key_of_token(token: str) -> rsa.RSAPublicKey:
    """The key that a token was issued for."""
    payload = json.loads(_decoded(token.split(".")[1]))
    jwk = json.loads(payload["jwk"])
    modulus, exponent = (int.from_bytes(_decoded(jwk[part]), "big") for part in ("n", "e"))
    return rsa.RSAPublicNumbers(exponent, modulus).public_key()


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
