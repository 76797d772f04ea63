"""Publishing the pack of a lock: from the cache, or while it is being made."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import attrs

from oci_mlflow_core.model.environment import Lock
from oci_mlflow_core.model.pack import BuiltPrefix, ObjectLocation, PackFile, PackManifest, StoredPack
from oci_mlflow_core.ports.alongside import Running
from oci_mlflow_core.ports.byte_sink import ByteSink
from oci_mlflow_core.ports.progress_sink import Step
from oci_mlflow_core.usecases.beside_step import BesideStep
from oci_mlflow_core.usecases.ports import Ports


@attrs.frozen(kw_only=True)
class PackOrder:
    """A pack that is to be published."""

    location: ObjectLocation
    manifest: PackManifest
    lock: Lock
    #: Whether another pack there is replaced.
    overwrite: bool
    #: Where a copy is kept on this machine; None for none.
    keep: Path | None


@attrs.frozen
class PackSource:
    """How the pack is made, where it is in no cache."""

    #: Lays the environment out.
    build: Callable[[], BuiltPrefix | PackFile]
    #: Looks at what was built, beside the packing; is given what tells it to stop, and returns notes.
    check: Callable[[BuiltPrefix, Callable[[], bool]], tuple[str, ...]]


def publish_pack(ports: Ports, order: PackOrder, source: PackSource, step: Step) -> StoredPack:
    """Publishes the pack of the cache; without one, builds it and publishes it in the pass that compresses it.

    Nothing can be found at the location unless all of it is there and the check has passed.

    Raises:
        PackConflictError: Another pack is there.
        BuildError: It cannot be built or packed, or does not work.
        OutOfSpaceError: The disk is full.
    """
    with ports.cache.find(order.lock.digest, step) as cached:
        if cached is not None:
            return _publish_file(ports, order, cached, step)
    built = source.build()
    if isinstance(built, PackFile):
        ports.cache.add(built, order.lock, step)
        return _publish_file(ports, order, built, step)
    return _publish_stream(ports, order, built, source, step)


def keep_pack(
    ports: Ports, manifest: PackManifest, lock: Lock, source: PackSource, step: Step
) -> BuiltPrefix | PackFile:
    """Builds the environment and keeps its pack in the cache, where it can be found once the check has passed.

    Raises:
        BuildError: It cannot be built or packed, or does not work.
        OutOfSpaceError: The disk is full.
    """
    built = source.build()
    if isinstance(built, PackFile):
        ports.cache.add(built, lock, step)
        return built
    with ExitStack() as unfinished:
        writer = unfinished.enter_context(ports.cache.begin(manifest, lock))
        checking = unfinished.enter_context(ports.alongside.start(lambda stopped: source.check(built, stopped)))
        step.says("packing")
        packed = ports.packer.pack(built, _Everywhere((writer,), checking), step)
        step.says("checking the environment")
        notes = checking.result()
        writer.commit(packed.sha256, packed.size)
    for note in notes:
        ports.progress.note(note)
    return built


def keep_copy(ports: Ports, location: ObjectLocation, lock: Lock | None, keep: Path, step: Step) -> None:
    """Keeps a copy of a pack that was published before: from the cache, else from the store.

    Raises:
        PackNotFoundError: It is not there any more.
        PackCorruptError: Its bytes are not those that were published.
        OutOfSpaceError: The disk is full.
    """
    if lock is not None:
        with ports.cache.find(lock.digest, step) as cached:
            if cached is not None:
                ports.copies.copy(cached, keep, step)
                return
    ports.packs.fetch(location, keep, step)


def _publish_file(ports: Ports, order: PackOrder, pack: PackFile, step: Step) -> StoredPack:
    step.says("publishing")
    pack = attrs.evolve(pack, manifest=order.manifest, lock=order.lock)
    stored = ports.packs.publish(order.location, pack, step, overwrite=order.overwrite)
    if order.keep is not None:
        ports.copies.copy(pack, order.keep, step)
    return stored


def _publish_stream(ports: Ports, order: PackOrder, built: BuiltPrefix, source: PackSource, step: Step) -> StoredPack:
    begin = ports.packs.begin
    with ExitStack() as unfinished:
        publication = unfinished.enter_context(
            begin(order.location, order.manifest, order.lock, BesideStep(step), overwrite=order.overwrite)
        )
        writers = [unfinished.enter_context(ports.cache.begin(order.manifest, order.lock))]
        if order.keep is not None:
            writers.append(unfinished.enter_context(ports.copies.begin(order.keep)))
        checking = unfinished.enter_context(ports.alongside.start(lambda stopped: source.check(built, stopped)))
        step.says("packing and publishing")
        packed = ports.packer.pack(built, _Everywhere((publication, *writers), checking), step)
        step.says("checking the environment")
        notes = checking.result()
        stored = publication.commit(packed.sha256, packed.size)
        for writer in writers:
            writer.commit(packed.sha256, packed.size)
    for note in notes:
        ports.progress.note(note)
    return stored


@attrs.frozen
class _Everywhere(ByteSink):
    """Hands bytes to all sinks, as long as the check has not failed."""

    sinks: tuple[ByteSink, ...]
    checking: Running[tuple[str, ...]]

    def write(self, data: bytes, /) -> int:
        self.checking.check()
        for sink in self.sinks:
            sink.write(data)
        return len(data)
