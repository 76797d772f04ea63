"""Making environments."""

from __future__ import annotations

from abc import abstractmethod
from pathlib import Path
from typing import Protocol

from oci_mlflow_core.model.environment import EnvironmentRequest, Lock
from oci_mlflow_core.model.pack import BuiltPrefix, Packed, PackFile
from oci_mlflow_core.ports.byte_sink import ByteSink
from oci_mlflow_core.ports.progress_sink import Step


class EnvBuilder(Protocol):
    """Something that turns an environment request into an environment.

    1. `lock` decides everything: equal requests on an unchanged index give equal locks, and `build` decides nothing.
    2. `build` installs exactly what the lock says, verifying every hash, into the folder that it is given.
    3. The prefix has ``bin/python``, ``bin/activate`` and ``bin/conda-unpack``; packed, moved to any path and with the
       building tools gone, it works.
    4. Two builds of one lock, packed by the same packer, are the same bytes.
    5. What cannot be built raises `UnsolvableEnvironmentError` (the requirements) or `BuildError` (everything else),
       with the last lines of the tool's output; nothing is left outside the folders that were given.
    6. No credential of an index reaches a lock, a log, an error or the prefix.
    """

    @abstractmethod
    def lock(self, request: EnvironmentRequest, workspace: Path, step: Step) -> Lock:
        """Chooses every version; `workspace` is an empty folder for what it needs on the way.

        Raises:
            UnsolvableEnvironmentError: The requirements cannot be met.
            BuildError: The tool failed.
        """

    @abstractmethod
    def build(self, request: EnvironmentRequest, lock: Lock, workspace: Path, step: Step) -> BuiltPrefix | PackFile:
        """Lays the environment out below `workspace`; a builder whose tool must pack for itself returns the pack.

        `request` gives what a lock does not hold: where the indexes and channels are (`settings`, `pip_options`), and
        the model's own wheels.

        Raises:
            BuildError: The tool failed, or a file's hash is not the lock's.
            OutOfSpaceError: The disk is full.
        """


class EnvPacker(Protocol):
    """The one packer that all builders share: a built prefix becomes a reproducible ``.tar.gz``.

    1. Equal prefixes and locks give equal bytes.
    2. The prefix is read once, and the pack is held in memory in pieces only.
    """

    @abstractmethod
    def pack(self, built: BuiltPrefix, into: ByteSink, step: Step) -> Packed:
        """Writes the pack into the sink, from the first byte to the last; what the sink raises passes.

        Raises:
            BuildError: A file of the prefix cannot be packed.
        """
