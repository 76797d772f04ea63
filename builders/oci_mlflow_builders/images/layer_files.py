"""Layers as files: tar archives whose bytes depend on their members alone, compressed the same way everywhere."""

from __future__ import annotations

import hashlib
import posixpath
import tarfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import attrs

from oci_mlflow_builders.archive.blocks import Piece, blocks_of, read_block
from oci_mlflow_builders.archive.compression import Compressed, GzipFrame, compress, in_parallel
from oci_mlflow_builders.archive.members import Member
from oci_mlflow_core.model.image import ImageLayer

#: Two empty blocks end an archive.
_END = bytes(2 * tarfile.BLOCKSIZE)


@attrs.frozen
class LayerFile:
    """A layer that was written."""

    layer: ImageLayer
    #: ``sha256:…`` of the archive before it was compressed.
    diff_id: str
    path: Path


@attrs.frozen
class _Block(Compressed):
    #: What was compressed.
    plain: bytes = attrs.field(kw_only=True)


def placed_below(folder: str, members: Iterable[Member]) -> list[Member]:
    """The members as they are called in an image, with the folders around them, sorted.

    Args:
        folder: Absolute path in the image.
        members: Their names are relative to it.
    """
    top = folder.strip("/")
    named = {f"{top}/{member.name}": attrs.evolve(member, name=f"{top}/{member.name}") for member in members}
    around = {parent for name in named for parent in _parents(name)} | {*_parents(top), top}
    folders = {name: Member(name, tarfile.DIRTYPE, 0o755) for name in around}
    return [member for _, member in sorted({**folders, **named}.items())]


def write_layer(members: Iterable[Member], what: str, folder: Path) -> LayerFile:
    """Writes the layer into `folder`, under the digest as its name.

    Raises:
        UnpackableFileError: A file changed meanwhile.
        OSError: A file cannot be read or written.
    """
    unfinished = folder / "layer.part"
    plain, packed, size = hashlib.sha256(), hashlib.sha256(), 0
    with unfinished.open("wb") as stream:
        for data, written in _gzip(members):
            plain.update(data)
            packed.update(written)
            size += stream.write(written)
    digest = packed.hexdigest()
    path = unfinished.replace(folder / f"{digest}.tar.gz")
    return LayerFile(ImageLayer(f"sha256:{digest}", size, what), f"sha256:{plain.hexdigest()}", path)


def _gzip(members: Iterable[Member]) -> Iterator[tuple[bytes, bytes]]:
    """Plain bytes and what has to be written for them."""
    frame = GzipFrame()
    yield b"", frame.head
    for block in in_parallel(_made, blocks_of(members)):
        frame.add(block)
        yield block.plain, block.data
    last = compress(_END)
    frame.add(last)
    yield _END, last.data + frame.tail


def _made(pieces: tuple[Piece, ...]) -> _Block:
    plain = read_block(pieces)
    made = compress(plain)
    return _Block(made.data, made.crc, made.length, plain=plain)


def _parents(name: str) -> Iterator[str]:
    while name := posixpath.dirname(name):
        yield name
