from __future__ import annotations

import base64
import json
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from oci_mlflow_core.testing.clock import ManualClock

USER = "ocid1.user.oc1..aaaauser"
TENANCY = "ocid1.tenancy.oc1..aaaatenancy"
FINGERPRINT = ":".join(["ab"] * 16)


@pytest.fixture(scope="session")
def rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def write_key(tmp_path: Path, rsa_key: rsa.RSAPrivateKey) -> Callable[..., Path]:
    """Writes the key into a file with those rights, under that pass phrase."""

    def write(mode: int = 0o600, pass_phrase: str | None = None) -> Path:
        protection = (
            serialization.BestAvailableEncryption(pass_phrase.encode()) if pass_phrase else serialization.NoEncryption()
        )
        file = tmp_path / "key.pem"
        file.write_bytes(
            rsa_key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, protection)
        )
        file.chmod(mode)
        return file

    return write


@pytest.fixture
def write_config(tmp_path: Path) -> Callable[..., Path]:
    """Writes a configuration file with those profiles."""

    def write(name: str = "config", **profiles: dict[str, str]) -> Path:
        text = ""
        for profile, keys in profiles.items():
            text += f"[{profile}]\n" + "".join(f"{key}={value}\n" for key, value in keys.items())
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return file

    return write


@pytest.fixture
def api_key_keys(write_key: Callable[..., Path]) -> dict[str, str]:
    """The keys of a complete profile with an API key."""
    return {
        "user": USER,
        "tenancy": TENANCY,
        "fingerprint": FINGERPRINT,
        "key_file": str(write_key()),
        "region": "us-ashburn-1",
    }


@pytest.fixture
def make_token() -> Callable[[float], str]:
    """An unsigned token that expires at that moment (seconds since 1970)."""

    def make(expiry: float) -> str:
        def part(value: dict[str, object]) -> str:
            return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

        return f"{part({'alg': 'RS256'})}.{part({'exp': expiry, 'sub': 'someone'})}.c2lnbmF0dXJl"

    return make


@pytest.fixture
def unused_url() -> str:
    """Where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    return f"http://127.0.0.1:{port}"
