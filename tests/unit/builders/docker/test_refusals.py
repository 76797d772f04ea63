"""What the docker builder says it cannot do."""

from __future__ import annotations

import sys

import pytest
from oci_mlflow_builders.docker import refusals
from oci_mlflow_builders.docker.refusals import refuses, unusable

from oci_mlflow_core.model.environment import EnvironmentRequest, Platform


def test_other_systems_than_linux_are_refused() -> None:
    refusal = refuses(EnvironmentRequest(python="3.11", pip=(), platform=Platform.OSX_ARM64))

    assert refusal == "containers are Linux, and osx-arm64 was asked for"


@pytest.mark.parametrize("platform", [Platform.LINUX_64, Platform.LINUX_AARCH64])
def test_both_kinds_of_linux_are_built(platform: Platform) -> None:
    assert refuses(EnvironmentRequest(python="3.11", pip=(), platform=platform)) is None


def test_a_machine_without_an_engine_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DOCKER_HOST", raising=False)
    monkeypatch.setattr(refusals, "DEFAULT_SOCKET", refusals.DEFAULT_SOCKET.with_name("nowhere.sock"))

    assert unusable() == (
        "no container engine is here (/var/run/nowhere.sock does not exist, and DOCKER_HOST is not set)"
    )


def test_an_engine_that_is_named_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "tcp://nowhere.example:2375")

    assert unusable() is None


def test_a_missing_sdk_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [])
    monkeypatch.delitem(sys.modules, "docker", raising=False)

    assert unusable() == "the Python package 'docker' is not installed (pip install 'oci-mlflow-plugin[docker]')"
