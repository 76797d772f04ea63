"""What becomes of a pack on its way, and of the check beside it, when one of them ends early."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import attrs
import pytest
from usecases_world import World

from oci_mlflow_core.errors import BuildError, CancelledError
from oci_mlflow_core.model.pack import BuiltPrefix, Packed
from oci_mlflow_core.ports.byte_sink import ByteSink
from oci_mlflow_core.ports.env_builder import EnvPacker
from oci_mlflow_core.ports.environment_check import EnvironmentCheck
from oci_mlflow_core.ports.progress_sink import Step
from oci_mlflow_core.usecases.create_deployment import create_deployment
from oci_mlflow_plugin.adapters.home.alongside import ThreadAlongside

_PIECE = bytes(1000)


class InterruptedPacker(EnvPacker):
    """Ctrl-C comes after the first bytes, while the check goes on."""

    def __init__(self, check: LongCheck) -> None:
        self._check = check

    def pack(self, built: BuiltPrefix, into: ByteSink, step: Step) -> Packed:
        into.write(_PIECE)
        assert self._check.begun.wait(10)
        raise KeyboardInterrupt


class EndlessPacker(EnvPacker):
    """Writes as long as it is let."""

    def pack(self, built: BuiltPrefix, into: ByteSink, step: Step) -> Packed:
        while True:
            into.write(_PIECE)


class LongCheck(EnvironmentCheck):
    """Goes on until it is stopped."""

    def __init__(self) -> None:
        self.begun, self.ended = threading.Event(), threading.Event()

    def check(
        self, built: Any, model: Any, request: Any, step: Step, *, stopped: Callable[[], bool]
    ) -> tuple[str, ...]:
        self.begun.set()
        while not stopped():
            threading.Event().wait(0.01)
        self.ended.set()
        raise CancelledError("checking the environment")


def nothing_is_kept(world: World) -> bool:
    return (world.packs.packs, world.ports.cache.list()) == ({}, ()) and world.nothing_is_left()


def test_ctrl_c_stops_the_check_and_leaves_nothing(world: World) -> None:
    check = LongCheck()
    ports = attrs.evolve(world.ports, check=check, packer=InterruptedPacker(check), alongside=ThreadAlongside())

    with pytest.raises(CancelledError) as cancelled:
        create_deployment(ports, world.create())

    assert "checking" not in str(cancelled.value)
    assert check.ended.is_set()
    assert nothing_is_kept(world)


def test_a_check_that_fails_stops_the_packing(world: World) -> None:
    world.check.fault = "import mlflow fails"
    ports = attrs.evolve(world.ports, packer=EndlessPacker(), alongside=ThreadAlongside())

    with pytest.raises(BuildError, match=r"failed to check the environment: import mlflow fails$"):
        create_deployment(ports, world.create())

    assert nothing_is_kept(world)


def test_a_packer_that_fails_stops_the_check(world: World) -> None:
    check = LongCheck()

    class FailingPacker(EnvPacker):
        def pack(self, built: BuiltPrefix, into: ByteSink, step: Step) -> Packed:
            assert check.begun.wait(10)
            raise BuildError(builder="memory", stage="pack", reason="a file is a socket")

    ports = attrs.evolve(world.ports, check=check, packer=FailingPacker(), alongside=ThreadAlongside())

    with pytest.raises(BuildError, match=r"a file is a socket$"):
        create_deployment(ports, world.create())

    assert check.ended.is_set()
    assert nothing_is_kept(world)
