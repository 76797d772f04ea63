"""Where cases are played: one twin, one way to it, and states of both to begin from."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs
import circuitbreaker  # type: ignore[import-untyped]
import pytest
from integration.oci.faults.overdue import overdue_at_once
from integration.oci.faults.remains import Remains, remains_of
from integration.oci.faults.sameness import fingerprint
from integration.oci.faults.world import World, connection_of
from oci_twin.environment import variables
from oci_twin.http.faults import Fault
from oci_twin.twin import Twin

from oci_mlflow_core.testing.clock import ManualClock
from oci_mlflow_plugin.adapters.oci.object_storage import looking, parallel
from oci_mlflow_plugin.adapters.oci.session.connection import Connection

#: Seconds between two commands.
_BETWEEN = 600.0


@attrs.frozen(kw_only=True)
class Scene:
    """What there was at some moment."""

    documents: tuple[tuple[str, str, str], ...]
    blobs: Mapping[str, bytes]
    links: Mapping[str, Mapping[str, str]]


@attrs.frozen(kw_only=True)
class Stage:
    """A twin and a clock that both sides share."""

    twin: Twin
    clock: ManualClock
    connection: Connection
    folder: Path
    #: What ran to a good end, and the fingerprint of what there was before.
    proven: set[tuple[str, str]] = attrs.field(factory=set)

    @contextmanager
    def world(self, scene: Scene | None) -> Iterator[World]:
        """A world as it was in that scene, or with nothing in it."""
        self.twin.outcomes.clear()
        self.twin.outcomes.take_release()
        self.twin.reset()
        self.next_process()
        with tempfile.TemporaryDirectory(dir=self.folder) as name:
            world = World(
                folder=Path(name), destination=destination_in(self.twin), clock=self.clock, connection=self.connection
            )
            temporary = world.folder / "tmp"
            temporary.mkdir()
            if scene is not None:
                self._set(scene, world)
            before, tempfile.tempdir = tempfile.tempdir, str(temporary)
            try:
                yield world
            finally:
                tempfile.tempdir = before

    def remains(self, world: World) -> Remains:
        return remains_of(world, self.twin.state)

    def scene(self, world: World) -> Scene:
        state = self.twin.state
        rows = state.rows()
        blobs = {path.name: path.read_bytes() for path in state.blobs.iterdir()}
        links = {uri: dict(tags) for uri, tags in world.source.links.items()}
        return Scene(documents=tuple(rows), blobs=blobs, links=links)

    def _set(self, scene: Scene, world: World) -> None:
        self.twin.state.put_rows(scene.documents)
        for name, content in scene.blobs.items():
            (self.twin.state.blobs / name).write_bytes(content)
        world.source.links.update({uri: dict(tags) for uri, tags in scene.links.items()})

    def orders(self) -> list[str]:
        """The type of every work request since the beginning, in order."""
        return [each["operation"] for each in self.twin.state.all("data_science_work_request")]

    @contextmanager
    def failing(self, fault: Fault) -> Iterator[None]:
        """For the time of the context, calls fail so."""
        self.twin.faults.add(fault)
        try:
            yield
        finally:
            self.twin.faults.clear()
        self.next_process()

    def next_process(self) -> None:
        """The next command comes later, and its clients know nothing of how calls went before."""
        self.clock.advance(_BETWEEN)
        for client in self._clients:
            circuitbreaker.CircuitBreakerMonitor.get(client.circuit_breaker_strategy.name).reset()

    @property
    def _clients(self) -> list[Any]:
        return [self.connection.data_science.base_client, self.connection.object_storage.base_client]

    def once(self, what: str, world: World, run: Callable[[Stage, World], None]) -> None:
        """Runs it, unless it ran before on a world that was the very same."""
        key = (what, fingerprint(world, self.twin.state))
        if key not in self.proven:
            run(self, world)
            self.proven.add(key)


def destination_in(twin: Twin) -> str:
    return f"oci://{twin.bucket}@{twin.namespace}/envs"


def _one_at_a_time(_workers: int, thread_name_prefix: str = "") -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, thread_name_prefix)


@contextmanager
def staged(folder: Path) -> Iterator[Stage]:
    """A stage whose calls are held back, where they are, by its own clock."""
    clock = ManualClock()
    with pytest.MonkeyPatch.context() as patch, Twin(clock=clock, runtime="none") as twin, overdue_at_once(twin.faults):
        patch.setattr(circuitbreaker, "monotonic", clock.monotonic)
        # every run makes its calls in the same order
        for module in (looking, parallel):
            patch.setattr(module, "ThreadPoolExecutor", _one_at_a_time)
        # no machine loses its power here
        patch.setattr(os, "fsync", lambda _: None)
        connection = connection_of(folder, clock, variables(twin))
        for client in (connection.data_science.base_client, connection.object_storage.base_client):
            # whatever proxies this machine has, they are not asked for at each of many thousand calls
            client.session.trust_env = False
        yield Stage(twin=twin, clock=clock, connection=connection, folder=folder)
