"""The throw-away API key of a twin, and its ``config`` file."""

from __future__ import annotations

import configparser
import os
from pathlib import Path

from attrs import frozen
from cryptography.hazmat.primitives.asymmetric import rsa

from oci_twin.beginning import REGION, Beginning
from oci_twin.http import keys


@frozen
class Credentials:
    """An API key of the twin's user.

    Attributes:
        key_file: Where its private half lies, readable by its owner only.
        config_file: An OCI config file whose DEFAULT profile names all of it.
    """

    key: rsa.RSAPrivateKey
    key_file: Path
    config_file: Path
    config: dict[str, str]

    @property
    def key_id(self) -> str:
        return f"{self.config['tenancy']}/{self.config['user']}/{self.config['fingerprint']}"


def credentials_in(folder: Path, begun: Beginning, *, lasting: bool) -> Credentials:
    """The credentials that lie in a folder; they are made unless they are there.

    Args:
        lasting: Whether the key is this folder's own; otherwise it is one of this process, made once.
    """
    key_file = folder / "key.pem"
    if key_file.exists():
        key = keys.load_private(key_file.read_bytes())
    else:
        key = keys.new_key() if lasting else keys.process_key("user")
        # the label that the SDK and the command line ask for, so that nobody commits such a file
        _write_private(key_file, keys.private_pem(key) + b"OCI_API_KEY\n")
    config = {
        "user": begun.user_id,
        "tenancy": begun.tenancy_id,
        "fingerprint": keys.fingerprint(key.public_key()),
        "key_file": str(key_file),
        "region": REGION,
    }
    config_file = folder / "config"
    _write_config(config_file, config)
    return Credentials(key, key_file, config_file, config)


def issuer_key(folder: Path, *, lasting: bool) -> rsa.RSAPrivateKey:
    """The key that tokens are signed with; the folder's own when it is to last."""
    if not lasting:
        return keys.process_key("issuer")
    file = folder / "issuer.pem"
    if not file.exists():
        _write_private(file, keys.private_pem(keys.new_key()))
    return keys.load_private(file.read_bytes())


def _write_config(path: Path, config: dict[str, str]) -> None:
    document = configparser.RawConfigParser()
    document.optionxform = str  # type: ignore[assignment,method-assign]
    document["DEFAULT"] = config
    with path.open("w", encoding="utf-8") as file:
        document.write(file)
    path.chmod(0o600)


def _write_private(path: Path, content: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
