"""Channels are reached through the proxies and with the certificates that conda was told of."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from oci_mlflow_builders.locking.condarc import CondaSettings
from oci_mlflow_builders.locking.connection import certificates, client_for, is_unverified, proxies_of, trusting

_PROXIES = CondaSettings(proxy_servers={"http": "http://a.example:1", "https": "http://b.example:2"})


def test_condas_proxies_are_taken_where_the_environment_names_none() -> None:
    assert dict(proxies_of(_PROXIES, {})) == {"http": "http://a.example:1", "https": "http://b.example:2"}
    assert dict(proxies_of(_PROXIES, {"HTTPS_PROXY": "http://c.example"})) == {"http": "http://a.example:1"}


@pytest.mark.parametrize(
    ("verify", "environ", "file"),
    [
        ("", {}, None),
        ("true", {}, None),
        ("truststore", {}, None),
        ("/etc/site.pem", {}, Path("/etc/site.pem")),
        ("", {"REQUESTS_CA_BUNDLE": "/etc/a.pem"}, Path("/etc/a.pem")),
        ("", {"SSL_CERT_FILE": "/etc/b.pem", "REQUESTS_CA_BUNDLE": "/etc/a.pem"}, Path("/etc/b.pem")),
    ],
)
def test_certificates_are_those_that_were_named(verify: str, environ: dict[str, str], file: Path | None) -> None:
    assert certificates(CondaSettings(ssl_verify=verify), environ) == file


@pytest.mark.parametrize(("verify", "unverified"), [("false", True), ("False", True), ("", False), ("/a.pem", False)])
def test_servers_are_checked_unless_conda_was_told_not_to(verify: str, *, unverified: bool) -> None:
    assert is_unverified(CondaSettings(ssl_verify=verify)) is unverified


def test_rattler_sees_the_certificates_while_it_works(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)

    with trusting(CondaSettings(ssl_verify="/etc/site.pem"), {}):
        assert os.environ["SSL_CERT_FILE"] == "/etc/site.pem"

    assert "SSL_CERT_FILE" not in os.environ


def test_what_the_user_set_for_certificates_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/etc/mine.pem")

    with trusting(CondaSettings(ssl_verify="/etc/site.pem"), os.environ):
        assert os.environ["SSL_CERT_FILE"] == "/etc/mine.pem"


@pytest.mark.parametrize("settings", [_PROXIES, CondaSettings(ssl_verify="false"), CondaSettings()])
def test_rattler_understands_all_of_it(settings: CondaSettings) -> None:
    assert repr(client_for(settings, {"OCI_MLFLOW_CHANNEL_RETRIES": "0"})) == "Client()"
