"""An image that the engine has not is pulled, with the credentials that the user gave to Docker."""

from __future__ import annotations

import json
import os
import subprocess
import tarfile
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest
from oci_mlflow_builders.docker.engine import connected
from oci_mlflow_builders.docker.images import BuilderImage, provide
from rig.engine.found import LABEL, docker
from rig.needed import lacking
from rig.registry.running import Registry, missing, running

from oci_mlflow_core.errors import BuildError
from oci_mlflow_core.testing.progress_sink import RecordingStep


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Registry]:
    """A registry that asks for a password."""
    reason = missing()
    if reason is not None:
        lacking(reason)
    (tmp_path / "registry").mkdir()
    with running(tmp_path / "registry") as registry:
        yield registry


@pytest.fixture
def settings(registry: Registry, tmp_path: Path) -> Path:
    """Docker's settings of somebody who has logged in."""
    secret = b64encode(f"{registry.user}:{registry.password}".encode()).decode()
    (tmp_path / "config.json").write_text(json.dumps({"auths": {registry.address: {"auth": secret}}}))
    return tmp_path


@pytest.fixture
def pushed(engine: str, registry: Registry, settings: Path, tmp_path: Path) -> Iterator[BuilderImage]:
    """An image that is in the registry and not in the engine."""
    with tarfile.open(tmp_path / "nothing.tar", "w"):
        pass
    name = f"{registry.address}/team/builder:1"
    docker(engine, "import", "--change", f"LABEL {LABEL}=pushed", str(tmp_path / "nothing.tar"), name)
    push = ["docker", "--config", str(settings), "--host", engine, "push", name]
    subprocess.run(push, check=True, capture_output=True)
    docker(engine, "rmi", "--force", name)
    yield BuilderImage(name, "Get it.")
    docker(engine, "rmi", "--force", name)


def test_it_is_pulled_with_the_users_login(
    engine: str, pushed: BuilderImage, settings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCKER_CONFIG", str(settings))
    step = RecordingStep("build")

    with connected({**os.environ, "DOCKER_HOST": engine}) as connection:
        provide(connection, pushed, "linux/amd64", step)
        there = connection.image_is_there(pushed.name)

    assert there
    assert step.said == [f"pulling the image {pushed.name}"]


def test_without_a_login_the_registrys_refusal_is_told(
    engine: str, pushed: BuilderImage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "nobody").mkdir()
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path / "nobody"))

    with connected({**os.environ, "DOCKER_HOST": engine}) as connection, pytest.raises(BuildError) as caught:
        provide(connection, pushed, "linux/amd64", RecordingStep("build"))

    assert caught.value.reason.startswith(
        f"the image {pushed.name} is not in the engine at {engine}, and pulling it failed: "
    )
    assert caught.value.hint == "Get it."
