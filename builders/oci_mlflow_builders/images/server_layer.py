"""The topmost layer: the server, its packages, and a home for whoever runs it."""

from __future__ import annotations

import tarfile
from pathlib import Path

import attrs

from oci_mlflow_builders.archive.members import Member, members_of
from oci_mlflow_builders.images.layer_files import LayerFile, placed_below, write_layer
from oci_mlflow_builders.images.places import HOME, NAME, SERVER
from oci_mlflow_builders.images.server_wheels import lay_wheels
from oci_mlflow_core.model.image import ServerFile
from oci_mlflow_core.ports.image_builder import ImageOrder
from oci_mlflow_core.ports.progress_sink import Step

#: Everybody may write there, as in ``/tmp``.
_OPEN_TO_ALL = 0o1777


def server_layer(order: ImageOrder, workspace: Path, step: Step) -> LayerFile:
    """Writes the layer into `workspace`.

    Raises:
        ImageBuildError: The server's packages cannot be had.
        OSError: The disk is full, and the like.
    """
    server, wheels = order.server, workspace / "wheels"
    step.says("writing the layer with the server")
    lay_wheels(NAME, server.requirements, order.request, order.lock, wheels, step)
    members = [_member(file) for file in server.files]
    if wheels.is_dir():
        found = members_of(str(wheels.resolve()))
        members += [attrs.evolve(member, name=f"{server.wheels}/{member.name}") for member in found]
    below = {member.name: member for member in placed_below(SERVER, members)}
    below |= {member.name: member for member in placed_below(HOME, [])}
    home = HOME.strip("/")
    below[home] = attrs.evolve(below[home], mode=_OPEN_TO_ALL)
    return write_layer([below[name] for name in sorted(below)], "server", workspace)


def _member(file: ServerFile) -> Member:
    return Member(str(file.path), tarfile.REGTYPE, file.mode, len(file.content), source=file.content)
