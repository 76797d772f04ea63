from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from integration.oci.auth.stand_ins import StandIn
from oci_twin.twin import Twin

from oci_mlflow_core.model.target import Session, Target
from oci_mlflow_plugin.adapters.oci.session.connection import Connection


@pytest.fixture(scope="session")
def running_twin() -> Iterator[Twin]:
    with Twin() as twin:
        yield twin


@pytest.fixture
def twin(running_twin: Twin) -> Twin:
    running_twin.reset()
    return running_twin


@pytest.fixture(scope="session")
def rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    """A server whose handlers all were content with what they were asked."""
    server = StandIn()
    yield server
    server.close()
    assert server.wrong == []


@pytest.fixture
def settings(twin: Twin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, str]]:
    """Sets variables of this process, where the SDK reads its own; all others about OCI are unset."""
    for name in list(os.environ):
        if name.startswith(("OCI_", "OCIFS_", "KUBERNETES_", "NB_SESSION_", "PROJECT_")):
            monkeypatch.delenv(name)
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)

    def make(**variables: str) -> dict[str, str]:
        chosen = {"OCI_MLFLOW_ENDPOINT": twin.url, "HOME": str(tmp_path / "nobody"), **variables}
        for name, value in chosen.items():
            monkeypatch.setenv(name, value)
        return chosen

    return make


@pytest.fixture
def connect(settings: Callable[..., dict[str, str]], tmp_path: Path) -> Callable[..., Connection]:
    """A connection in an environment of these variables alone."""

    def make(target: str = "oci-datascience", **variables: str) -> Connection:
        environ = settings(**variables)
        return Connection(Session(target=Target.parse(target), home=tmp_path / "state"), environ)

    return make
