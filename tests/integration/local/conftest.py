from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from integration.local import rig

from oci_mlflow_plugin.adapters.filesystem_packs.store import FolderPackStore
from oci_mlflow_plugin.adapters.home.layout import Home
from oci_mlflow_plugin.adapters.local.service import LocalDeployService


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


@pytest.fixture
def service(home: Home, tmp_path: Path) -> Iterator[LocalDeployService]:
    """The service with one pack published; whatever a test leaves running is ended."""
    packs = FolderPackStore(home)
    rig.publish(packs, tmp_path)
    made = LocalDeployService(home, packs)
    yield made
    for deployment in made.lifecycle.list():
        made.lifecycle.delete(deployment.id, rig.Quiet())
    assert rig.gone_within(str(home.root), 5), rig.processes_of(str(home.root))
