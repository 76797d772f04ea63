"""Which programs an image has, read from the lists of files in its layers.

Source: the OCI image specification, "Image Layer Filesystem Changeset", with its "Whiteouts".
"""

from __future__ import annotations

import tarfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import attrs

from oci_mlflow_builders.archive.input import PiecewiseInput
from oci_mlflow_builders.registry.reading import ReadImage
from oci_mlflow_builders.registry.repository import Repository

#: Where the shells of images look, without the slash at the beginning.
_FOLDERS: Final = ("usr/local/sbin", "usr/local/bin", "usr/sbin", "usr/bin", "sbin", "bin")


@attrs.frozen
class _Seen:
    """What the list of one layer says of a program."""

    added: bool
    removed: bool


def has_program(repository: Repository, image: ReadImage, name: str) -> bool | None:
    """Whether the image has the program in one of the usual folders; None where a layer cannot be read.

    The smallest layers are read first, and no more than is needed to find the program; that a layer which is larger
    than the one that brings it removes it again, is not looked for.

    Raises:
        ServiceError: The registry does not give a layer.
    """
    heights = {layer["digest"]: height for height, layer in enumerate(image.layers)}
    seen: dict[int, _Seen] = {}
    unread = False
    for layer in sorted(image.layers, key=lambda one: int(one["size"])):
        found = _look(repository, layer, name)
        unread = unread or found is None
        if found is not None:
            seen[heights[layer["digest"]]] = found
        if _outcome(seen):
            return True
    return None if unread else False


def _outcome(seen: Mapping[int, _Seen]) -> bool:
    for height in sorted(seen, reverse=True):
        if seen[height].added:
            return True
        if seen[height].removed:
            return False
    return False


def _look(repository: Repository, layer: Mapping[str, Any], name: str) -> _Seen | None:
    try:
        return repository.call(lambda connection: _seen_in(connection.download(layer["digest"]), name))
    except (tarfile.TarError, zlib.error, EOFError):
        return None


def _seen_in(pieces: Iterable[bytes], name: str) -> _Seen:
    wanted = {f"{folder}/{name}" for folder in _FOLDERS}
    gone = {f"{folder}/.wh.{name}" for folder in _FOLDERS} | {f"{folder}/.wh..wh..opq" for folder in _FOLDERS}
    found = wanted | gone
    names = {listed for listed in _names(pieces) if listed in found}
    return _Seen(added=bool(names & wanted), removed=bool(names & gone))


def _names(pieces: Iterable[bytes]) -> Iterator[str]:
    source = PiecewiseInput(pieces)
    with tarfile.open(fileobj=source, mode="r|*") as archive:  # type: ignore[call-overload]  # it only reads
        while (member := archive.next()) is not None:
            # else it keeps all of them
            archive.members = []
            yield member.name.removeprefix("./").lstrip("/")
