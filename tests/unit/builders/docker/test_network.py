"""The network of a container."""

from __future__ import annotations

import sys

import pytest
from oci_mlflow_builders.docker.engine import Engine
from oci_mlflow_builders.docker.network import network_for
from oci_mlflow_builders.docker.pip_sources import PipSources

from oci_mlflow_core.errors import BuildError

_LOCAL = PipSources(index="http://localhost:3141/simple")
_HERE, _ELSEWHERE = Engine(None, "unix:///var/run/docker.sock"), Engine(None, "tcp://build.example:2376")


def test_there_is_none_where_everything_is_at_hand() -> None:
    assert network_for(_LOCAL, _ELSEWHERE, offline=True) == "none"


def test_it_is_the_engines_own_for_what_others_reach_too() -> None:
    assert network_for(PipSources(index="https://pypi.example"), _ELSEWHERE, offline=False) == ""


def test_an_index_on_this_machine_is_reached_through_its_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")

    assert network_for(_LOCAL, _HERE, offline=False) == "host"


@pytest.mark.parametrize(("engine", "system"), [(_ELSEWHERE, "linux"), (_HERE, "darwin")])
def test_where_containers_cannot_reach_it_that_is_told(
    monkeypatch: pytest.MonkeyPatch, engine: Engine, system: str
) -> None:
    monkeypatch.setattr(sys, "platform", system)

    with pytest.raises(BuildError) as caught:
        network_for(_LOCAL, engine, offline=False)

    assert caught.value.reason == "a package index or proxy is at localhost, which means the container itself in one"
