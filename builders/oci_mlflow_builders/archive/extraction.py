"""Laying a pack out in a folder, trusting nothing that it says."""

from __future__ import annotations

import os
import shutil
import tarfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from isal import igzip, isal_zlib

from oci_mlflow_builders.archive.input import CompressedInput, PiecewiseInput
from oci_mlflow_builders.disk import space_on
from oci_mlflow_core.errors import PackCorruptError
from oci_mlflow_core.ports.progress_sink import Step

#: What reading a damaged gzip stream or tar archive raises.
DAMAGE: tuple[type[BaseException], ...] = (
    EOFError,
    tarfile.TarError,
    zlib.error,
    igzip.BadGzipFile,
    isal_zlib.error,  # type: ignore[assignment]  # the stub calls the class an instance
)
_PIECE = 1 << 20
_REPORT = 8 << 20
#: Bytes of the longest header, with the long names that may come before it.
_HEADER = 1 << 20


class _RefusedError(Exception):
    """A member that no pack has, with what is wrong about it."""


def extract_pack(pack: Path, to: Path, step: Step) -> None:
    """Lays the files of a ``.tar.gz`` out in the empty folder `to`; when it fails, the folder is empty again.

    No file is written outside of `to` and no link leads out of it, whatever the archive says; owners, times and
    special mode bits of the archive are not taken over.

    Raises:
        PackCorruptError: It is not a whole ``.tar.gz``, or holds what no pack holds.
        OutOfSpaceError: The disk is full.
        FileExistsError: The folder is not empty.
    """
    with _clean_unless_whole(to, str(pack)), CompressedInput(pack) as source:
        _Extraction(source, to, step).run()


def extract_tar(pieces: Iterable[bytes], origin: str, to: Path, step: Step) -> None:
    """Lays the files of an uncompressed tar archive out in the empty folder `to`, as carefully as `extract_pack`.

    Args:
        pieces: The archive, from its first byte to its last.
        origin: Where it comes from, for errors.
        to: The folder.
        step: Is told how much has arrived.

    Raises:
        PackCorruptError: It is not a whole archive, or holds what no pack holds.
        OutOfSpaceError: The disk is full.
        FileExistsError: The folder is not empty.
    """
    with _clean_unless_whole(to, origin):
        _Extraction(PiecewiseInput(pieces), to, step).run()


@contextmanager
def _clean_unless_whole(to: Path, origin: str) -> Iterator[None]:
    if any(to.iterdir()):
        msg = f"{to} is not empty"
        raise FileExistsError(msg)
    try:
        with space_on(to, "unpacking the environment"):
            yield
    except DAMAGE as fault:
        _clear(to)
        raise PackCorruptError(origin, f"the pack is damaged ({fault})") from fault
    except _RefusedError as fault:
        _clear(to)
        raise PackCorruptError(origin, str(fault)) from fault
    except BaseException:
        _clear(to)
        raise


def _clear(folder: Path) -> None:
    for entry in folder.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()


class _Headers:
    """What `tarfile` reads headers from: it takes the lengths of names and the like as the archive gives them."""

    def __init__(self, source: CompressedInput | PiecewiseInput) -> None:
        self._source = source
        #: Bytes that the header may still have.
        self.left = _HEADER

    def read(self, size: int) -> bytes:
        self.left -= size
        if size < 0 or self.left < 0:
            raise _RefusedError("a header is longer than any pack has it")
        return self._source.read(size)

    def tell(self) -> int:
        return self._source.tell()


class _Extraction:
    def __init__(self, source: CompressedInput | PiecewiseInput, to: Path, step: Step) -> None:
        self._source, self._to, self._step = source, to, step
        self._folders: set[PurePosixPath] = {PurePosixPath()}
        self._files: set[PurePosixPath] = set()
        self._reported = 0

    def run(self) -> None:
        for member in self._members():
            name = _safe_name(member.name)
            if name == PurePosixPath():
                continue
            if member.isdir():
                self._make_folder(name)
            else:
                self._make_folder(name.parent)
                self._make(member, name)
        # The checksum stands at the very end, after the archive's own padding.
        while self._source.read(_PIECE):
            pass
        self._step.moved(self._source.compressed_position, self._source.compressed_size)

    def _members(self) -> Iterator[tarfile.TarInfo]:
        # TarFile.next() ends silently at a header that it does not understand; this does not.
        headers = _Headers(self._source)
        archive = tarfile.TarFile(fileobj=headers, encoding="utf-8", errors="surrogateescape")  # type: ignore[arg-type]
        member = archive.firstmember  # type: ignore[attr-defined]
        while member is not None:
            if member.size < 0:
                raise _RefusedError(f"{member.name} has a size that no file has")
            yield member
            headers.left = _HEADER
            try:
                member = tarfile.TarInfo.fromtarfile(archive)
            except tarfile.EOFHeaderError:  # type: ignore[attr-defined]
                return

    def _make(self, member: tarfile.TarInfo, name: PurePosixPath) -> None:
        if name in self._files or name in self._folders:
            raise _RefusedError(f"{name} is in the pack twice")
        if member.isreg() and not member.issparse():
            self._write(member, name)
        elif member.issym():
            (self._to / name).symlink_to(_safe_target(name, member.linkname))
        elif member.islnk() and _safe_name(member.linkname) in self._files:
            os.link(self._to / _safe_name(member.linkname), self._to / name, follow_symlinks=False)
        else:
            raise _RefusedError(f"{name} is of a kind that no pack holds")
        self._files.add(name)

    def _make_folder(self, name: PurePosixPath) -> None:
        """Makes real folders, so that no member is written through a link."""
        if name in self._folders:
            return
        self._make_folder(name.parent)
        try:
            (self._to / name).mkdir()
        except FileExistsError:
            raise _RefusedError(f"{name} is a file and a folder at once") from None
        self._folders.add(name)

    def _write(self, member: tarfile.TarInfo, name: PurePosixPath) -> None:
        mode = 0o755 if member.mode & 0o111 else 0o644
        descriptor = os.open(self._to / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
        with os.fdopen(descriptor, "wb", buffering=0) as stream:
            left = member.size
            while left:
                piece = self._source.read(min(left, _PIECE))
                if not piece:
                    msg = "it ends within a file"
                    raise EOFError(msg)
                stream.write(piece)
                left -= len(piece)
        self._source.read(-member.size % tarfile.BLOCKSIZE)
        if self._source.compressed_position - self._reported >= _REPORT:
            self._reported = self._source.compressed_position
            self._step.moved(self._reported, self._source.compressed_size)


def _safe_name(name: str) -> PurePosixPath:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\0" in name:
        raise _RefusedError(f"'{name}' would lie outside of the folder that the pack is unpacked to")
    return path


def _safe_target(name: PurePosixPath, target: str) -> str:
    """The link's target; ``..`` may only lead it, or a link in between could turn it to the outside."""
    parts = PurePosixPath(target).parts
    ups = len([part for part in parts if part == ".."])
    if target.startswith("/") or not parts or ".." in parts[ups:] or ups > len(name.parent.parts):
        raise _RefusedError(f"'{name}' is a link to '{target}', which may lead out of the pack")
    return target
