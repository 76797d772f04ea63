"""The layers of a model's environment."""

from __future__ import annotations

import os
import tarfile
from collections.abc import Mapping
from pathlib import Path

from oci_mlflow_builders.archive.extraction import extract_pack
from oci_mlflow_builders.archive.members import Member, UnpackableFileError, members_of
from oci_mlflow_builders.archive.packer import LOCK_MEMBER
from oci_mlflow_builders.conda_prefix.faults import SettlingError
from oci_mlflow_builders.conda_prefix.pack_files import UNPACK
from oci_mlflow_builders.conda_prefix.placeholders import Placed
from oci_mlflow_builders.images.layer_files import LayerFile, placed_below, write_layer
from oci_mlflow_builders.images.ownership import owners_in
from oci_mlflow_builders.images.places import ENVIRONMENT, NAME
from oci_mlflow_builders.images.relocation import placed_in, relocated
from oci_mlflow_builders.images.splitting import Part, parts_of
from oci_mlflow_core.errors import ImageBuildError
from oci_mlflow_core.model.environment import Lock
from oci_mlflow_core.model.pack import BuiltPrefix, PackFile
from oci_mlflow_core.ports.progress_sink import Step

#: They serve to move the environment, or change with every requirement: an image has neither use for them.
_LEFT_OUT = frozenset({UNPACK, LOCK_MEMBER})


def environment_layers(environment: BuiltPrefix | PackFile, lock: Lock, workspace: Path, step: Step) -> list[LayerFile]:
    """Writes the layers of the environment into `workspace`, where a pack is also unpacked.

    Raises:
        ImageBuildError: A file of it cannot be part of an image.
        PackCorruptError: The pack is damaged.
        OSError: The disk is full, and the like.
    """
    prefix = _laid_out(environment, workspace, step)
    try:
        parts, placed = _parts(prefix, lock), placed_in(prefix)
        total, done, layers = sum(_size(part) for part in parts), 0, []
        for part in parts:
            step.says(f"writing the layer with {part.what}")
            layers.append(_written(part, placed, workspace))
            done += _size(part)
            step.moved(done, total)
    except (SettlingError, UnpackableFileError) as fault:
        raise ImageBuildError(NAME, str(fault)) from fault
    return layers


def _laid_out(environment: BuiltPrefix | PackFile, workspace: Path, step: Step) -> Path:
    if isinstance(environment, BuiltPrefix):
        return Path(os.path.realpath(environment.path))
    prefix = workspace / "environment"
    prefix.mkdir()
    step.says("unpacking the environment")
    extract_pack(environment.path, prefix, step)
    return prefix


def _parts(prefix: Path, lock: Lock) -> tuple[Part, ...]:
    members = [member for member in members_of(str(prefix)) if member.name not in _LEFT_OUT]
    # an empty folder of the prefix may be one only because of what was left out
    kept = [member for member in members if member.kind != tarfile.DIRTYPE]
    return parts_of(kept, owners_in(prefix), lock.python.version)


def _written(part: Part, placed: Mapping[str, tuple[Placed, ...]], folder: Path) -> LayerFile:
    fitting = [_fitting(member, placed) for member in part.members]
    return write_layer(placed_below(ENVIRONMENT, fitting), part.what, folder)


def _fitting(member: Member, placed: Mapping[str, tuple[Placed, ...]]) -> Member:
    return relocated(member, placed[member.name], ENVIRONMENT) if member.name in placed else member


def _size(part: Part) -> int:
    return sum(member.size for member in part.members)
