"""Who logs in to which registry, and what is said where that cannot be read."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from oci_mlflow_builders.registry.credentials import Credentials, credentials_for

from oci_mlflow_core.errors import RegistryRefusedError

_OCIR = "iad.ocir.io"


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """An environment with a Docker configuration of its own, and programs in a folder of its own."""
    (tmp_path / "docker").mkdir()
    (tmp_path / "bin").mkdir()
    return {"DOCKER_CONFIG": str(tmp_path / "docker"), "PATH": str(tmp_path / "bin")}


def _configure(environ: dict[str, str], **configuration: Any) -> Path:
    file = Path(environ["DOCKER_CONFIG"]) / "config.json"
    file.write_text(json.dumps(configuration))
    return file


def _login(user: str, password: str) -> dict[str, str]:
    return {"auth": base64.b64encode(f"{user}:{password}".encode()).decode()}


def _helper(environ: dict[str, str], name: str, script: str) -> None:
    program = Path(environ["PATH"]) / f"docker-credential-{name}"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)


def test_nobody_where_nothing_is_configured(environ: dict[str, str]) -> None:
    assert credentials_for(_OCIR, environ) is None


@pytest.mark.parametrize("registry", [_OCIR, "ocir.us-ashburn-1.oci.oraclecloud.com", "127.0.0.1:5000", "[::1]:5000"])
def test_the_variables_are_for_oracle_clouds_registries_and_for_this_machines(
    registry: str, environ: dict[str, str]
) -> None:
    environ |= {"OCI_MLFLOW_REGISTRY_USERNAME": "ns/alice", "OCI_MLFLOW_REGISTRY_PASSWORD": "token"}

    assert credentials_for(registry, environ) == Credentials("ns/alice", "token")


@pytest.mark.parametrize("registry", ["docker.io", "ghcr.io", "container-registry.oracle.com", "ocir.io.example.com"])
def test_no_other_registry_is_shown_them(registry: str, environ: dict[str, str]) -> None:
    environ |= {"OCI_MLFLOW_REGISTRY_USERNAME": "ns/alice", "OCI_MLFLOW_REGISTRY_PASSWORD": "token"}

    assert credentials_for(registry, environ) is None


def test_a_login_of_docker_is_taken(environ: dict[str, str]) -> None:
    _configure(environ, auths={_OCIR: _login("ns/alice", "to:ken")})

    assert credentials_for(_OCIR, environ) == Credentials("ns/alice", "to:ken")


def test_the_configuration_is_in_the_home_folder_where_no_variable_names_it(tmp_path: Path) -> None:
    (tmp_path / ".docker").mkdir()
    (tmp_path / ".docker" / "config.json").write_text(json.dumps({"auths": {_OCIR: _login("alice", "token")}}))

    assert credentials_for(_OCIR, {"HOME": str(tmp_path)}) == Credentials("alice", "token")


def test_docker_hub_is_known_by_its_old_name(environ: dict[str, str]) -> None:
    _configure(environ, auths={"https://index.docker.io/v1/": _login("alice", "token")})

    assert credentials_for("docker.io", environ) == Credentials("alice", "token")


def test_a_registrys_own_helper_comes_before_the_store_and_the_file(environ: dict[str, str]) -> None:
    _configure(environ, auths={_OCIR: _login("file", "token")}, credsStore="store", credHelpers={_OCIR: "own"})
    _helper(environ, "own", """read server; echo "{\\"Username\\": \\"own\\", \\"Secret\\": \\"for $server\\"}" """)

    assert credentials_for(_OCIR, environ) == Credentials("own", f"for {_OCIR}")


def test_the_file_is_asked_where_the_store_has_nothing(environ: dict[str, str]) -> None:
    _configure(environ, auths={_OCIR: _login("file", "token")}, credsStore="store")
    _helper(environ, "store", "echo credentials not found in native keychain; exit 1")

    assert credentials_for(_OCIR, environ) == Credentials("file", "token")


def test_a_helper_that_is_missing_is_told(environ: dict[str, str]) -> None:
    _configure(environ, credHelpers={_OCIR: "own"})

    with pytest.raises(RegistryRefusedError) as caught:
        credentials_for(_OCIR, environ)

    assert str(caught.value) == (
        "the credential helper docker-credential-own, which Docker's config.json names, is not on PATH"
    )


@pytest.mark.parametrize(
    ("script", "what"),
    [("echo hunter2; echo hunter2 >&2; exit 3", "failed with status 3"), ("echo hunter2", "gave no user and secret")],
)
def test_a_helper_that_fails_is_told_without_what_it_printed(script: str, what: str, environ: dict[str, str]) -> None:
    _configure(environ, credHelpers={_OCIR: "own"})
    _helper(environ, "own", script)

    with pytest.raises(RegistryRefusedError) as caught:
        credentials_for(_OCIR, environ)

    assert str(caught.value) == (
        f"the credential helper docker-credential-own, which Docker's config.json names, {what}"
    )
    assert "hunter2" not in f"{caught.value!r} {caught.value.hint} {caught.value.__cause__}"


def test_a_configuration_that_is_no_json_is_told(environ: dict[str, str]) -> None:
    file = Path(environ["DOCKER_CONFIG"]) / "config.json"
    file.write_text("{")

    with pytest.raises(RegistryRefusedError) as caught:
        credentials_for(_OCIR, environ)

    assert str(caught.value) == f"{file}, where Docker keeps registry logins, cannot be read: it is not JSON"


def test_a_damaged_login_is_told_without_it(environ: dict[str, str]) -> None:
    file = _configure(environ, auths={_OCIR: {"auth": "hunter2!"}})

    with pytest.raises(RegistryRefusedError) as caught:
        credentials_for(_OCIR, environ)

    assert str(caught.value) == (
        f"{file}: the login for {_OCIR} is damaged ('auth' is not the base64 of user:password)"
    )


def test_an_identity_token_is_not_taken_for_a_password(environ: dict[str, str]) -> None:
    _configure(environ, auths={_OCIR: {"identitytoken": "hunter2"}})

    with pytest.raises(RegistryRefusedError) as caught:
        credentials_for(_OCIR, environ)

    assert str(caught.value) == (f"the login for {_OCIR} is an identity token, which only Docker's own client can use")


def test_credentials_do_not_show_their_password() -> None:
    assert repr(Credentials("alice", "hunter2")) == "Credentials(username='alice')"
