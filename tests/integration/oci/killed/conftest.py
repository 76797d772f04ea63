"""A stage, and a process that runs commands on it which can be killed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest
from integration.oci.faults.remains import Remains
from integration.oci.faults.stage import Stage, destination_in, staged
from integration.oci.faults.world import World
from integration.oci.killed.registry_file import RegistryFile
from oci_twin.environment import variables

#: Locks of environments, kept for the next time, and the files by which processes wait for one another.
_STAYING = ("home/cache/locks/*.json", "home/locks/building-*.lock", "home/locks/locking-*.lock")
_PROGRAM = Path(__file__).with_name("commands_to_kill.py")
_TESTS = Path(__file__).parents[3]


@attrs.frozen(kw_only=True)
class Ended:
    """How a command's process came to its end."""

    #: Of the signal, negative; 0 where it ended by itself.
    returncode: int
    calls: int
    #: What the command's error says; None where it was killed.
    error: str | None


@attrs.frozen
class Machine:
    """A machine with its home folder, on which one command after the other runs."""

    stage: Stage
    program: subprocess.Popen[str]
    folder: Path

    def run(self, command: str, *, kill: int = 0, answered: bool = False) -> Ended:
        order = {"command": command, "kill": kill, "answered": answered, "folder": str(self.folder)}
        stdin, stdout = self.program.stdin, self.program.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write(json.dumps(order) + "\n")
        stdin.flush()
        status, calls, error = json.loads(stdout.readline())
        return Ended(returncode=os.waitstatus_to_exitcode(status), calls=calls, error=error)

    @property
    def remains(self) -> Remains:
        stage, registry = self.stage, RegistryFile(self.folder / "registry.json")
        world = World(
            folder=self.folder,
            destination=destination_in(stage.twin),
            clock=stage.clock,
            connection=stage.connection,
            source=registry,
        )
        return attrs.evolve(stage.remains(world), files=self._files())

    def _files(self) -> tuple[str, ...]:
        kept = {"registry.json"}
        found = [path for path in self.folder.rglob("*") if path.is_file() and path.parent.name != "journal"]
        left = [path for path in found if not any(path.match(pattern) for pattern in _STAYING)]
        return tuple(str(path) for path in left if path.name not in kept)


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with staged(tmp_path_factory.mktemp("killed")) as stage:
        yield stage


@pytest.fixture(scope="module")
def program(stage: Stage) -> Iterator[subprocess.Popen[str]]:
    command: list[Any] = [sys.executable, _PROGRAM, destination_in(stage.twin), json.dumps(variables(stage.twin))]
    environ = {**os.environ, "PYTHONPATH": str(_TESTS)}
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environ) as process:
        yield process
        process.stdin.close()  # type: ignore[union-attr] # it is a pipe


@pytest.fixture
def machine(stage: Stage, program: subprocess.Popen[str], tmp_path: Path) -> Machine:
    stage.twin.reset()
    return Machine(stage, program, tmp_path)
