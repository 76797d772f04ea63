"""Two creates of one name on two machines at the same time: one deployment, one clear error, nothing orphaned."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from integration.oci.faults.remains import remains_of
from integration.oci.faults.stage import destination_in
from integration.oci.faults.world import World, connection_of
from integration.oci.killed.registry_file import RegistryFile
from oci_twin.environment import variables
from oci_twin.twin import Twin

from oci_mlflow_core.errors import ConflictError, DeploymentError, NameInUseError
from oci_mlflow_plugin.adapters.home.clock import SystemClock


@pytest.fixture(scope="module")
def twin() -> Iterator[Twin]:
    """One whose clock goes on: which of two was first is told by the time."""
    with Twin(runtime="none") as twin:
        yield twin


def machine(twin: Twin, folder: Path, registry: Path) -> World:
    folder.mkdir()
    clock = SystemClock()
    connection = connection_of(folder, clock, variables(twin))
    source = RegistryFile(registry)
    return World(folder=folder, destination=destination_in(twin), clock=clock, connection=connection, source=source)


@pytest.mark.parametrize("attempt", range(3))
def test_creates_of_one_name_at_once_end_with_one_deployment(twin: Twin, tmp_path: Path, attempt: int) -> None:
    twin.reset()
    machines = [machine(twin, tmp_path / str(number), tmp_path / "registry.json") for number in range(2)]

    def create(world: World) -> DeploymentError | None:
        try:
            world.create()
        except DeploymentError as error:
            return error
        return None

    with ThreadPoolExecutor(2) as together:
        errors = [error for error in together.map(create, machines) if error is not None]

    (error,) = errors
    left = [
        remains_of(machine(twin, tmp_path / f"look{world.folder.name}", tmp_path / "registry.json"), twin.state)
        for world in machines
    ]
    (deployment,) = left[0].deployments.values()
    (model,) = left[0].models
    assert isinstance(error, NameInUseError | ConflictError)
    assert "fraud" in str(error)
    assert deployment["lifecycleState"] == "ACTIVE"
    assert left[0].served == {model}
    assert left[0].linked == {deployment["id"]}
    assert (left[0].uploads, left[0].stray) == ({}, ())
    for world in machines:
        own = remains_of(world, twin.state)
        assert (own.files, own.journal) == ((), ())
