"""Which shared libraries a Python needs, and which of them have to travel with it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import attrs

from oci_mlflow_builders.elf import ElfNeeds, read_elf

#: What belongs to glibc comes from the machine that runs the pack: it must fit that machine's kernel and loader.
_GLIBC_FAMILY = re.compile(
    r"(ld-linux.*|libc|libm|libmvec|libdl|libpthread|librt|libutil|libresolv|libanl|libBrokenLocale"
    r"|libthread_db|libnss_.*|linux-vdso)\.so(\..*)?"
)
_LOADER_CONFIGURATION = Path("/etc/ld.so.conf")
_USUAL = (
    "/lib/x86_64-linux-gnu",
    "/lib/aarch64-linux-gnu",
    "/lib64",
    "/usr/lib64",
    "/lib",
    "/usr/lib",
    "/usr/local/lib",
)


def is_of_glibc(library: str) -> bool:
    """Whether the library (by its file name) is part of glibc."""
    return _GLIBC_FAMILY.fullmatch(library) is not None


class MissingLibraryError(Exception):
    """A library that a Python is linked to is not on this machine."""

    def __init__(self, library: str, needed_by: Path) -> None:
        super().__init__(f"{needed_by} needs {library}, which is not on this machine")


@attrs.frozen(kw_only=True)
class Libraries:
    """The closure of what a set of files is linked to."""

    #: File of this machine by the name under which it is asked for.
    bundled: dict[str, Path]
    #: The highest glibc version that any of the files asks for.
    glibc: tuple[int, ...]


def libraries_of(files: Iterable[Path], *, optional: Iterable[Path] = ()) -> Libraries:
    """Everything outside of glibc that the ELF files among `files` need, directly or not.

    `optional` are searched as well; what is missing for them is passed over, since they do not
    work in the Python that they come from either.

    Raises:
        MissingLibraryError: The dynamic linker would not find one of them either.
    """
    bundled: dict[str, Path] = {}
    glibc: tuple[int, ...] = ()
    waiting = [*files, *optional]
    tolerated = set(optional)
    while waiting:
        file = waiting.pop(0)
        needs = read_elf(file)
        if needs is None:
            continue
        glibc = max(glibc, needs.glibc)
        for library in needs.libraries:
            if is_of_glibc(library) or library in bundled:
                continue
            found = _find(library, file, needs)
            if found is None and file in tolerated:
                continue
            if found is None:
                raise MissingLibraryError(library, file)
            bundled[library] = found
            waiting.append(found)
            tolerated.update({found} if file in tolerated else ())
    return Libraries(bundled=bundled, glibc=glibc)


def _find(library: str, needed_by: Path, needs: ElfNeeds) -> Path | None:
    origin = str(needed_by.parent)
    own = [entry.replace("$ORIGIN", origin).replace("${ORIGIN}", origin) for entry in needs.search]
    for folder in (*own, *_loader_folders()):
        candidate = Path(folder) / library
        if candidate.is_file() and read_elf(candidate) is not None:
            return candidate.resolve()
    return None


@cache
def _loader_folders() -> tuple[str, ...]:
    configured = [folder for folder in _configured(_LOADER_CONFIGURATION) if Path(folder).is_dir()]
    return tuple(dict.fromkeys([*configured, *_USUAL]))


def _configured(file: Path) -> Iterator[str]:
    """The folders of a configuration file of the dynamic linker (ld.so.conf), with the files that it includes."""
    try:
        lines = file.read_text(errors="replace").splitlines()
    except OSError:
        return
    for line in lines:
        entry = line.partition("#")[0].strip()
        if entry.startswith("include "):
            pattern = entry.removeprefix("include ").strip()
            for included in sorted(Path("/").glob(pattern.lstrip("/"))):
                yield from _configured(included)
        elif entry:
            yield entry
