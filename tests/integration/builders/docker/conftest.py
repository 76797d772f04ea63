"""Builds in containers of the rig's engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from integration.builders.docker.bench import Bench, image_with_conda
from rig.channel.server import ChannelServer
from rig.engine.found import docker


@pytest.fixture
def bench(engine: str, conda_image: str, tmp_path: Path) -> Bench:
    """Builds without any channel."""
    home = str(tmp_path / "home")
    variables = {"HOME": home, "OCI_MLFLOW_HOME": home, "OCI_MLFLOW_CHANNEL_RETRIES": "0", "UV_HTTP_RETRIES": "0"}
    return Bench(engine, conda_image, tmp_path / "bench", variables)


@pytest.fixture
def channel_bench(bench: Bench, channel_server: ChannelServer) -> Bench:
    """Builds from the rig's channels."""
    bench.variables = {**bench.variables, "OCI_MLFLOW_CHANNEL_ALIAS": channel_server.url}
    return bench


@pytest.fixture
def image_of(engine: str, conda_image: str, tmp_path: Path) -> Iterator[Callable[[str], str]]:
    """Makes an image whose conda is the given shell script; it is gone after the test."""
    made: list[str] = []

    def make(script: str) -> str:
        name = f"oci-mlflow-rig/script:{tmp_path.name.lower()}-{len(made)}"
        made.append(image_with_conda(engine, conda_image, name, script))
        return name

    yield make
    for name in made:
        docker(engine, "rmi", "--force", name)
