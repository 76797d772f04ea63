"""Profiles with keys and with session tokens, against a server that verifies signatures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from integration.oci.auth.checks import accepted
from integration.oci.auth.stand_ins import private_pem
from oci_twin.twin import Twin

from oci_mlflow_core.errors import NotAuthorizedError
from oci_mlflow_plugin.adapters.oci.session.connection import Connection

Connect = Callable[..., Connection]


def write_session(folder: Path, token: str, key: rsa.RSAPrivateKey) -> Path:
    """A profile as ``oci session authenticate`` writes it."""
    (folder / "token").write_text(token)
    key_file = folder / "session.pem"
    key_file.write_text(private_pem(key))
    key_file.chmod(0o600)
    config = folder / "session-config"
    config.write_text(
        f"[DEFAULT]\nregion=us-ashburn-1\nsecurity_token_file={folder}/token\nkey_file={key_file}\n"
        "fingerprint=00:11\ntenancy=ocid1.tenancy.oc1..aaaa\n"
    )
    return config


def test_an_api_key_is_accepted(connect: Connect, twin: Twin) -> None:
    connection = connect(OCI_CONFIG_FILE=str(twin.config_file))

    assert accepted(connection, twin) == "api_key"


def test_an_api_key_under_a_pass_phrase_is_accepted(connect: Connect, twin: Twin, tmp_path: Path) -> None:
    key = serialization.load_pem_private_key(Path(twin.sdk_config()["key_file"]).read_bytes(), None)
    assert isinstance(key, rsa.RSAPrivateKey)
    protected = tmp_path / "protected.pem"
    protected.write_text(private_pem(key, b"hunter2"))
    protected.chmod(0o600)
    keys = {**twin.sdk_config(), "key_file": str(protected), "pass_phrase": "hunter2"}
    config = tmp_path / "config"
    config.write_text("[DEFAULT]\n" + "".join(f"{name}={value}\n" for name, value in keys.items()))

    assert accepted(connect(OCI_CONFIG_FILE=str(config)), twin) == "api_key"


def test_a_session_token_is_accepted(connect: Connect, twin: Twin, tmp_path: Path, rsa_key: rsa.RSAPrivateKey) -> None:
    config = write_session(tmp_path, twin.issue_token(rsa_key.public_key()), rsa_key)

    assert accepted(connect(OCI_CONFIG_FILE=str(config)), twin) == "security_token"


def test_a_session_token_that_is_refreshed_meanwhile_is_accepted(
    connect: Connect, twin: Twin, tmp_path: Path, rsa_key: rsa.RSAPrivateKey
) -> None:
    config = write_session(tmp_path, twin.issue_token(rsa_key.public_key()), rsa_key)
    connection = connect(OCI_CONFIG_FILE=str(config))
    assert accepted(connection, twin)
    before = (tmp_path / "token").read_text()

    (tmp_path / "token").write_text(twin.issue_token(rsa_key.public_key(), {"refreshed": True}))

    assert accepted(connection, twin) == "security_token"
    signed = requests.Request("GET", twin.url, auth=connection.model_deployment_auth).prepare()
    assert before not in signed.headers["authorization"]


def test_a_key_that_oci_does_not_know_is_told(connect: Connect, twin: Twin, tmp_path: Path) -> None:
    keys = {**twin.sdk_config(), "fingerprint": ":".join(["00"] * 16)}
    config = tmp_path / "config"
    config.write_text("[DEFAULT]\n" + "".join(f"{name}={value}\n" for name, value in keys.items()))
    connection = connect(OCI_CONFIG_FILE=str(config))

    with pytest.raises(NotAuthorizedError) as refused:
        _ = connection.namespace

    assert str(refused.value).startswith(
        "could not find the tenancy's Object Storage namespace: OCI answered 401 NotAuthenticated: "
    )
    assert refused.value.hint.startswith("OCI does not know the caller: ")


def test_a_target_names_region_and_profile(connect: Connect, twin: Twin, tmp_path: Path) -> None:
    config = tmp_path / "config"
    keys = "".join(f"{name}={value}\n" for name, value in twin.sdk_config().items())
    config.write_text(f"[DEFAULT]\nregion=uk-london-1\n[TWIN]\n{keys}")

    connection = connect("oci-datascience://fra/TWIN", OCI_CONFIG_FILE=str(config))

    assert (accepted(connection, twin), connection.region) == ("api_key", "eu-frankfurt-1")
