"""Whether the machine code of a prefix is that of its target, and what it needs of the target's glibc."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import attrs

from oci_mlflow_builders.checking.contents import Found
from oci_mlflow_builders.elf import machine_of, read_elf
from oci_mlflow_core.model.environment import Platform

#: ``e_machine`` of the System V ABI's supplements.
_MACHINES = {Platform.LINUX_64: 62, Platform.LINUX_AARCH64: 183}
_NAMES = {3: "32-bit x86", 8: "MIPS", 21: "PowerPC", 22: "s390", 40: "32-bit ARM", 62: "x86-64", 183: "AArch64"}
#: What Python imports, and what it and its libraries link to; other code may lie beside it for other machines, and
#: is chosen by whoever brought it.
_IN_USE = re.compile(r"bin/[^/]+|lib/[^/]+|.*\.(cpython-\d+[^/]*|abi3)\.so")


@attrs.frozen
class Machinery:
    """What was found in the ELF files of a prefix."""

    #: Files in use that are made for another machine, with that machine's name.
    foreign: tuple[tuple[str, str], ...]
    #: How many other files are made for another machine.
    foreign_aside: int
    #: The highest version of glibc that is asked for, such as ``(2, 28)``; empty where none is.
    glibc: tuple[int, ...]
    #: The file that asks for it.
    asking: str


def machinery_of(prefix: Path, files: Iterable[Found], platform: Platform, each: Callable[[], None]) -> Machinery:
    """Looks at every ELF file.

    Args:
        prefix: Where they lie.
        files: Of the prefix.
        platform: What they should be made for.
        each: Called before each file that may be one.
    """
    wanted = _MACHINES.get(platform)
    if wanted is None:
        return Machinery((), 0, (), "")
    foreign: list[tuple[str, str]] = []
    aside = 0
    needed: tuple[tuple[int, ...], str] = ((), "")
    for name, machine in _machines(prefix, files, each):
        if machine == wanted:
            needed = max(needed, (_glibc_of(prefix / name), name))
        elif _IN_USE.fullmatch(name):
            foreign.append((name, _NAMES.get(machine, f"the machine {machine}")))
        else:
            aside += 1
    return Machinery(tuple(sorted(foreign)), aside, *needed)


def _machines(prefix: Path, files: Iterable[Found], each: Callable[[], None]) -> Iterator[tuple[str, int]]:
    for file in files:
        if file.executable or ".so" in file.name.rpartition("/")[2]:
            each()
            machine = machine_of(prefix / file.name)
            if machine is not None:
                yield file.name, machine


def _glibc_of(path: Path) -> tuple[int, ...]:
    try:
        needs = read_elf(path)
    except ValueError:
        # a file that no linker can read, such as one that a test suite brings
        return ()
    return needs.glibc if needs is not None else ()
