"""Whether machine code is that of the target."""

from __future__ import annotations

import platform
import shutil
import struct
import sys
from pathlib import Path

import pytest
from oci_mlflow_builders.checking.contents import files_of
from oci_mlflow_builders.checking.libraries import Machinery, machinery_of

from oci_mlflow_core.model.environment import Platform

_X86_64, _AARCH64, _I386 = 62, 183, 3
_LINUX_64 = sys.platform == "linux" and platform.machine() == "x86_64"


def _elf(path: Path, machine: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(struct.pack("<4sBBB9xHHI", b"\x7fELF", 2, 1, 1, 3, machine, 1) + bytes(40))


def _look(prefix: Path, target: Platform = Platform.LINUX_64) -> Machinery:
    return machinery_of(prefix, files_of(prefix), target, lambda: None)


@pytest.mark.parametrize(
    "name", ["lib/libz.so.1", "lib/python3.11/site-packages/a.cpython-311-x86_64-linux-gnu.so", "lib/x/b.abi3.so"]
)
def test_code_for_another_machine_is_foreign_where_it_is_used(tmp_path: Path, name: str) -> None:
    _elf(tmp_path / name, _AARCH64)

    assert _look(tmp_path).foreign == ((name, "AArch64"),)


def test_a_program_for_another_machine_is_foreign(tmp_path: Path) -> None:
    _elf(tmp_path / "bin" / "tool", _X86_64)
    (tmp_path / "bin" / "tool").chmod(0o755)

    assert _look(tmp_path, Platform.LINUX_AARCH64).foreign == (("bin/tool", "x86-64"),)


def test_libraries_for_other_machines_that_a_package_chooses_from_are_counted_only(tmp_path: Path) -> None:
    _elf(tmp_path / "lib" / "python3.11" / "site-packages" / "debugger" / "attach_linux_x86.so", _I386)

    assert _look(tmp_path) == Machinery((), 1, (), "")


def test_code_of_the_target_is_not_foreign(tmp_path: Path) -> None:
    _elf(tmp_path / "lib" / "liba.so", _AARCH64)

    assert _look(tmp_path, Platform.LINUX_AARCH64).foreign == ()


def test_text_with_a_library_s_name_is_no_library(tmp_path: Path) -> None:
    (tmp_path / "libthread.so").write_text("GROUP ( libthread.so.1 )")

    assert _look(tmp_path) == Machinery((), 0, (), "")


def test_nothing_is_said_of_platforms_without_elf(tmp_path: Path) -> None:
    _elf(tmp_path / "lib" / "liba.so", _X86_64)

    assert _look(tmp_path, Platform.OSX_ARM64) == Machinery((), 0, (), "")


@pytest.mark.skipif(not _LINUX_64, reason="the programs of this machine are made for another target")
def test_the_highest_glibc_is_told_with_the_file_that_asks_for_it(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    shutil.copy(Path(sys.executable).resolve(), tmp_path / "bin" / "python")

    found = _look(tmp_path)

    assert found.asking == "bin/python"
    assert found.glibc >= (2, 2, 5)


def test_looking_ends_when_it_should(tmp_path: Path) -> None:
    _elf(tmp_path / "lib" / "liba.so", _X86_64)

    def stop() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        machinery_of(tmp_path, files_of(tmp_path), Platform.LINUX_64, stop)
