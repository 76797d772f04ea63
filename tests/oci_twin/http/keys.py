"""Throw-away RSA keys, and whose they are."""

from __future__ import annotations

import functools
import hashlib

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa


@functools.cache
def process_key(name: str) -> rsa.RSAPrivateKey:
    """A key of this process; made once for each name, since that takes a tenth of a second."""
    del name
    return new_key()


def new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def private_pem(key: rsa.RSAPrivateKey) -> bytes:
    form = serialization.PrivateFormat.TraditionalOpenSSL
    return key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())


def load_private(pem: bytes) -> rsa.RSAPrivateKey:
    key = serialization.load_pem_private_key(pem, password=None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError("The key is no RSA key.")
    return key


def fingerprint(key: rsa.RSAPublicKey) -> str:
    """The key's fingerprint as OCI shows it: 16 hexadecimal pairs, the MD5 of its DER."""
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    digest = hashlib.md5(key.public_bytes(serialization.Encoding.DER, form), usedforsecurity=False).hexdigest()
    return ":".join(digest[i : i + 2] for i in range(0, len(digest), 2))
