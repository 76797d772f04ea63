"""A registry that asks for a password, and this project's variables for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from rig.needed import lacking
from rig.registry.running import Registry, missing, running


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    absent = missing()
    if absent is not None:
        lacking(absent)
    with running(tmp_path_factory.mktemp("registry")) as found:
        yield found


@pytest.fixture
def environ(registry: Registry, tmp_path: Path) -> dict[str, str]:
    """What logs in there, and nothing of this machine's own logins."""
    return {
        "DOCKER_CONFIG": str(tmp_path / "docker"),
        "OCI_MLFLOW_REGISTRY_USERNAME": registry.user,
        "OCI_MLFLOW_REGISTRY_PASSWORD": registry.password,
    }
