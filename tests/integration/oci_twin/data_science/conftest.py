from __future__ import annotations

from collections.abc import Iterator

import pytest
from integration.oci_twin.data_science.rig import Science, serving


@pytest.fixture(scope="session")
def running_science() -> Iterator[Science]:
    with serving() as science:
        yield science


@pytest.fixture
def science(running_science: Science) -> Science:
    """The control plane as it begins, under strict edit rules, without a runtime."""
    running_science.twin.reset()
    return running_science
