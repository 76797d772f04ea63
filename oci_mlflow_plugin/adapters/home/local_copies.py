"""Copies of packs where users want them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import attrs

from oci_mlflow_core.errors import InvalidRequestError, PackCorruptError
from oci_mlflow_core.model.pack import PackFile
from oci_mlflow_core.ports.local_copies import LocalCopies
from oci_mlflow_core.ports.pack_writer import PackWriter
from oci_mlflow_core.ports.progress_sink import Step
from oci_mlflow_plugin.adapters.home.atomic import Replacement, replacement
from oci_mlflow_plugin.adapters.home.disk_space import is_full, telling_when_full

#: Bytes that are copied at once.
_PIECE = 1 << 20


class FileCopies(LocalCopies):
    """Files that appear in one step, readable for this user alone."""

    @contextmanager
    def begin(self, path: Path) -> Iterator[PackWriter]:
        """Begins to write the file, beside which a temporary one grows.

        Raises:
            InvalidRequestError: The file cannot be written there.
            OutOfSpaceError: The disk is full; what was there is unchanged.
        """
        with ExitStack() as unfinished:
            with _telling(path):
                path.parent.mkdir(parents=True, exist_ok=True)
                new = unfinished.enter_context(replacement(path))
            yield _CopyWriter(new)

    def copy(self, pack: PackFile, path: Path, step: Step) -> None:
        """Copies the pack's file and verifies what was copied.

        Raises:
            InvalidRequestError: The file cannot be written there.
            PackCorruptError: The pack was altered.
            OutOfSpaceError: The disk is full; what was there is unchanged.
        """
        digest, size = hashlib.sha256(), 0
        with self.begin(path) as writer, pack.path.open("rb", buffering=0) as stream:
            while piece := stream.read(_PIECE):
                digest.update(piece)
                writer.write(piece)
                size += len(piece)
                step.moved(size, pack.size)
            if digest.hexdigest() != pack.sha256:
                raise PackCorruptError(str(pack.path), "the pack was altered while it was copied")
            writer.commit(pack.sha256, size)


@attrs.frozen
class _CopyWriter(PackWriter):
    new: Replacement

    def write(self, data: bytes, /) -> int:
        with _telling(self.new.path):
            self.new.write(data)
        return len(data)

    def commit(self, sha256: str, size: int) -> None:  # noqa: ARG002 - a copy has nothing beside it
        with _telling(self.new.path):
            self.new.commit()


@contextmanager
def _telling(path: Path) -> Iterator[None]:
    with telling_when_full(path.parent, "keeping a copy of the pack"):
        try:
            yield
        except OSError as fault:
            if is_full(fault):
                raise
            raise InvalidRequestError(
                f"could not write {path}: {fault.strerror or fault}",
                "Let spec.runtime.spec.uri.localCondaDir name a folder that you may write to.",
            ) from fault
