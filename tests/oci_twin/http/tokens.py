"""Security tokens: JSON web tokens that the twin issues, and that name the key that signs requests."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa


class BadToken(Exception):  # noqa: N818 - it is a finding
    """The token is no token of this issuer, or is over."""


class TokenIssuer:
    """Issues tokens with its own key and knows them again."""

    def __init__(self, key: rsa.RSAPrivateKey) -> None:
        self._key = key

    def issue(self, holder: rsa.RSAPublicKey, claims: Mapping[str, Any], *, until: datetime) -> str:
        """A token for the holder of a key, with ``jwk`` as OCI writes it: JSON in a string."""
        header = {"alg": "RS256", "kid": "twin", "typ": "JWT"}
        payload = {**claims, "exp": int(until.timestamp()), "jwk": json.dumps(_jwk(holder))}
        signed = f"{_part(header)}.{_part(payload)}"
        signature = self._key.sign(signed.encode("ascii"), padding.PKCS1v15(), hashes.SHA256())
        return f"{signed}.{_encode(signature)}"

    def holder(self, token: str, now: datetime) -> rsa.RSAPublicKey:
        """The key of the token's holder.

        Raises:
            BadToken: The token is malformed, of another issuer, or over.
        """
        try:
            signed, signature = token.rsplit(".", 1)
            payload = json.loads(_decode(signed.split(".")[1]))
            self._key.public_key().verify(_decode(signature), signed.encode(), padding.PKCS1v15(), hashes.SHA256())
            jwk = json.loads(payload["jwk"])
            key = rsa.RSAPublicNumbers(_number(jwk["e"]), _number(jwk["n"])).public_key()
        except (ValueError, KeyError, IndexError, TypeError, InvalidSignature, binascii.Error) as error:
            raise BadToken("The token was not issued here.") from error
        if payload["exp"] <= now.timestamp():
            raise BadToken("The token is over.")
        return key


def _jwk(key: rsa.RSAPublicKey) -> dict[str, str]:
    numbers = key.public_numbers()
    size = (key.key_size + 7) // 8
    exponent = numbers.e.to_bytes((numbers.e.bit_length() + 7) // 8, "big")
    modulus = _encode(numbers.n.to_bytes(size, "big"))
    return {"kty": "RSA", "kid": "holder", "alg": "RS256", "use": "sig", "e": _encode(exponent), "n": modulus}


def _part(value: Mapping[str, Any]) -> str:
    return _encode(json.dumps(value).encode())


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode("ascii").rstrip("=")


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _number(text: str) -> int:
    return int.from_bytes(_decode(text), "big")
