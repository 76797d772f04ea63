"""What ELF files need is read from the files themselves."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from oci_mlflow_builders.elf import ElfNeeds, read_elf

_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="the programs of this system are no ELF files")

_READELF = shutil.which("readelf")


@_LINUX
def test_a_program_needs_the_c_library_in_some_version() -> None:
    needs = read_elf(Path(sys.executable).resolve())

    assert needs is not None
    assert "libc.so.6" in needs.libraries
    assert needs.glibc >= (2, 2, 5)


@_LINUX
@pytest.mark.skipif(_READELF is None, reason="readelf, the independent witness, is not installed")
@pytest.mark.parametrize("file", ["/bin/sh", sys.executable])
def test_readelf_says_the_same(file: str) -> None:
    path = Path(file).resolve()
    witness = subprocess.run([_READELF or "", "-dVW", str(path)], capture_output=True, text=True, check=True).stdout
    libraries = re.findall(r"\(NEEDED\).*\[(.*)\]", witness)
    required = witness.partition("Version needs section")[2]
    versions = set(re.findall(r"Name: (\S+)", required))

    needs = read_elf(path)

    assert needs is not None
    assert libraries == list(needs.libraries)
    assert versions == {version for _, version in needs.versions}


def test_the_highest_glibc_is_by_number_not_by_text() -> None:
    versions = (("libc.so.6", "GLIBC_2.9"), ("libc.so.6", "GLIBC_2.34"), ("libc.so.6", "GLIBC_PRIVATE"))

    assert ElfNeeds(versions=versions).glibc == (2, 34)


def test_a_file_of_another_kind_needs_nothing_that_is_known(tmp_path: Path) -> None:
    path = tmp_path / "text"
    path.write_text("no ELF file")

    assert read_elf(path) is None


@_LINUX
def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "program"
    path.write_bytes(Path("/bin/sh").read_bytes()[:2000])

    with pytest.raises(ValueError, match=re.escape(f"{path}: a damaged ELF file")):
        read_elf(path)
