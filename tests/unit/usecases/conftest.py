"""The application in memory, for every test of a use case."""

from __future__ import annotations

from pathlib import Path

import pytest
from usecases_world import World, make_world


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(tmp_path)


@pytest.fixture
def shared_world(tmp_path: Path) -> World:
    """The same with a service that others can reach, as OCI's."""
    return make_world(tmp_path, shared=True)
