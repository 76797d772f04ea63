from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from integration.oci.deployments.orders import desired_in
from integration.oci.deployments.rig import deployments_in, service_on
from oci_twin.twin import Twin

from oci_mlflow_core.errors import NameInUseError


@pytest.fixture(scope="module")
def twin() -> Iterator[Twin]:
    """One whose clock goes on: which of two was first is told by the time."""
    with Twin(runtime="none") as twin:
        yield twin


@pytest.mark.parametrize("attempt", range(3))
def test_creates_of_one_name_at_once_end_with_one_deployment(twin: Twin, tmp_path: Path, attempt: int) -> None:
    twin.reset()
    desired = desired_in(twin)

    def create(number: int) -> str:
        try:
            return service_on(twin, tmp_path / str(number)).lifecycle.create(desired).id
        except NameInUseError:
            return ""

    with ThreadPoolExecutor(4) as together:
        outcomes = sorted(together.map(create, range(4)))

    (left,) = deployments_in(twin)
    assert outcomes == ["", "", "", left.id]
