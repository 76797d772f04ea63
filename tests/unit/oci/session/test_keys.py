from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from oci_mlflow_core.errors import InvalidRequestError
from oci_mlflow_plugin.adapters.oci.session.keys import private_key
from oci_mlflow_plugin.adapters.oci.session.settings import Settings

NOTHING = Settings({})


def test_a_key_without_pass_phrase_is_read(write_key: Callable[..., Path], rsa_key: rsa.RSAPrivateKey) -> None:
    read = private_key(write_key(), None, "P", NOTHING)

    assert read.key.private_numbers() == rsa_key.private_numbers()


def test_a_key_with_pass_phrase_is_read(write_key: Callable[..., Path], rsa_key: rsa.RSAPrivateKey) -> None:
    read = private_key(write_key(0o600, "hünter2"), "hünter2", "P", NOTHING)

    assert read.key.private_numbers() == rsa_key.private_numbers()


def test_a_pass_phrase_that_is_not_needed_does_no_harm(write_key: Callable[..., Path]) -> None:
    assert private_key(write_key(), "inherited from DEFAULT", "P", NOTHING).key


def test_a_missing_pass_phrase_is_told(write_key: Callable[..., Path]) -> None:
    file = write_key(0o600, "hunter2")

    with pytest.raises(InvalidRequestError) as refused:
        private_key(file, None, "the profile X", NOTHING)

    assert str(refused.value) == f"the key {file} of the profile X needs a pass phrase"
    assert refused.value.hint == "Write it into the profile as pass_phrase."


def test_a_wrong_pass_phrase_is_told_and_not_shown(write_key: Callable[..., Path]) -> None:
    file = write_key(0o600, "hunter2")

    with pytest.raises(InvalidRequestError) as refused:
        private_key(file, "hünter3", "the profile X", NOTHING)

    assert str(refused.value) == (
        f"the key {file} of the profile X is no private key in PEM form or its pass phrase is wrong"
    )
    assert refused.value.__cause__ is None


def test_a_public_key_is_told(tmp_path: Path, rsa_key: rsa.RSAPrivateKey) -> None:
    file = tmp_path / "public.pem"
    file.write_bytes(
        rsa_key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    file.chmod(0o600)

    with pytest.raises(InvalidRequestError) as refused:
        private_key(file, None, "the profile X", NOTHING)

    assert str(refused.value) == f"the key {file} of the profile X is no private key in PEM form"


def test_a_missing_key_is_told(tmp_path: Path) -> None:
    with pytest.raises(InvalidRequestError) as refused:
        private_key(tmp_path / "none.pem", None, "the profile X", NOTHING)

    assert (
        str(refused.value) == f"the key {tmp_path}/none.pem of the profile X cannot be read: No such file or directory"
    )


def test_a_key_that_everybody_can_read_is_refused(write_key: Callable[..., Path]) -> None:
    file = write_key(mode=0o644)

    with pytest.raises(InvalidRequestError) as refused:
        private_key(file, None, "the profile X", NOTHING)

    assert str(refused.value) == f"the key {file} of the profile X can be read by every user of this machine"
    assert refused.value.hint == (
        f"'chmod 600 {file}' mends it; OCI_CLI_SUPPRESS_FILE_PERMISSIONS_WARNING=true accepts it."
    )


def test_such_a_key_is_accepted_where_the_command_line_would_be_silent(write_key: Callable[..., Path]) -> None:
    settings = Settings({"OCI_CLI_SUPPRESS_FILE_PERMISSIONS_WARNING": "True"})

    assert private_key(write_key(mode=0o644), None, "P", settings).key


def test_the_keys_repr_holds_no_key(write_key: Callable[..., Path]) -> None:
    assert "PRIVATE KEY" not in repr(private_key(write_key(), "hunter2", "P", NOTHING))
