"""Where cases are played: one twin, one way to it, and states of both to begin from."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs
import circuitbreaker  # type: ignore[import-untyped]
import pytest
from integration.oci.faults.mishaps import Mishap
from integration.oci.faults.remains import Remains, remains_of
from integration.oci.faults.world import World, connection_of
from oci_twin.environment import variables
from oci_twin.twin import Twin

from oci_mlflow_core.testing.clock import ManualClock
from oci_mlflow_plugin.adapters.oci.session.connection import Connection

#: Seconds that a client waits for a late answer, by the wall clock.
_GIVES_UP = 0.1
#: Seconds between two commands: a client that holds back calls does so no longer.
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

    @contextmanager
    def world(self, scene: Scene | None) -> Iterator[World]:
        """A world as it was in that scene, or with nothing in it."""
        self.twin.outcomes.clear()
        self.twin.outcomes.take_release()
        self.twin.reset()
        self.clock.advance(_BETWEEN)
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

    @contextmanager
    def failing(self, mishap: Mishap, operation: str, skip: int, *, lasting: bool) -> Iterator[None]:
        """For the time of the context, calls of that operation fail so, after as many as are skipped."""
        self.twin.faults.add(mishap.told(operation, skip, lasting=lasting))
        with self._impatient(operation if mishap.late else ""):
            try:
                yield
            finally:
                self.twin.faults.clear()
        self.clock.advance(_BETWEEN)

    @contextmanager
    def _impatient(self, operation: str) -> Iterator[None]:
        clients = [self.connection.data_science.base_client, self.connection.object_storage.base_client]
        with pytest.MonkeyPatch.context() as patch:
            for client in clients if operation else []:
                patch.setattr(client, "call_api", _impatient(client, client.call_api, operation))
            yield


def _impatient(client: Any, call_api: Callable[..., Any], operation: str) -> Callable[..., Any]:
    def called(*args: Any, **kwargs: Any) -> Any:
        before = client.timeout
        if kwargs.get("operation_name") == operation:
            client.timeout = (10.0, _GIVES_UP)
        try:
            return call_api(*args, **kwargs)
        finally:
            client.timeout = before

    return called


def destination_in(twin: Twin) -> str:
    return f"oci://{twin.bucket}@{twin.namespace}/envs"


@contextmanager
def staged(folder: Path) -> Iterator[Stage]:
    """A stage whose calls are held back, where they are, by its own clock."""
    clock = ManualClock()
    with pytest.MonkeyPatch.context() as patch, Twin(clock=clock, runtime="none") as twin:
        patch.setattr(circuitbreaker, "monotonic", clock.monotonic)
        connection = connection_of(folder, clock, variables(twin))
        for client in (connection.data_science.base_client, connection.object_storage.base_client):
            # whatever proxies this machine has, they are not asked for at each of many thousand calls
            client.session.trust_env = False
        yield Stage(twin=twin, clock=clock, connection=connection, folder=folder)
