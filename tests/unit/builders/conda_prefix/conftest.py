from __future__ import annotations

from pathlib import Path

import pytest
from unit.builders.conda_prefix.prefixes import Prefix


@pytest.fixture
def prefix(tmp_path: Path) -> Prefix:
    """An empty package in an otherwise empty prefix."""
    made = Prefix(tmp_path / "prefix", tmp_path / "cache")
    made.note()
    return made
