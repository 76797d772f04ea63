from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from integration.local.containers.deploying import Rig
from integration.local.rig import Quiet, gone_within, processes_of
from rig.base_image.well_known import server_image
from rig.engine.found import docker
from rig.registry.running import Registry

from oci_mlflow_plugin.adapters.filesystem_packs.store import FolderPackStore
from oci_mlflow_plugin.adapters.home.layout import Home
from oci_mlflow_plugin.adapters.local.containers.container import LABEL
from oci_mlflow_plugin.adapters.local.service import LocalDeployService


@pytest.fixture
def containers(engine: str) -> Callable[[], list[str]]:
    """The containers of deployments that the engine has now, whether they run or not."""
    before = _containers(engine)
    return lambda: [each for each in _containers(engine) if each not in before]


@pytest.fixture
def rig(
    engine: str, tmp_path: Path, containers: Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Rig]:
    """A service of this machine; whatever a test leaves is ended, and nothing may be left then."""
    monkeypatch.setenv("DOCKER_HOST", engine)
    home = Home(tmp_path / "home")
    made = Rig(LocalDeployService(home, FolderPackStore(home)), server_image(engine))
    yield made
    for deployment in made.service.lifecycle.list():
        made.service.lifecycle.delete(deployment.id, Quiet())
    assert gone_within(str(home.root), 10), processes_of(str(home.root))
    assert containers() == []


@pytest.fixture
def login(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Registry], None]:
    """Lets the user be logged in to a registry, as ``docker login`` does."""

    def logged_in(registry: Registry) -> None:
        folder = tmp_path / "docker"
        folder.mkdir()
        auth = base64.b64encode(f"{registry.user}:{registry.password}".encode()).decode()
        (folder / "config.json").write_text(
            json.dumps({"auths": {name: {"auth": auth} for name in (registry.address, "iad.ocir.io")}})
        )
        monkeypatch.setenv("DOCKER_CONFIG", str(folder))

    return logged_in


def _containers(engine: str) -> list[str]:
    listed = docker(engine, "ps", "--all", "--filter", f"label={LABEL}", "--format", "{{.Names}}")
    assert listed.returncode == 0, listed
    return listed.stdout.split()
