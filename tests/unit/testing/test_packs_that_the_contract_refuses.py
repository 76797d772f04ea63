"""The contract of builders lays packs out, and trusts them no more than the product does."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

from oci_mlflow_core.testing.env_builder import _extract


def _pack(folder: Path, *members: tarfile.TarInfo) -> Path:
    pack = folder / "pack.tar.gz"
    with tarfile.open(pack, "w:gz") as archive:
        for member in members:
            archive.addfile(member, io.BytesIO(bytes(member.size)))
    return pack


def _member(name: str, kind: bytes = tarfile.REGTYPE, target: str = "") -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, target
    return member


@pytest.mark.parametrize(
    "member",
    [
        pytest.param(_member("/tmp/absolute"), id="absolute"),
        pytest.param(_member("lib/../../outside"), id="upwards"),
        pytest.param(_member("lib/link", tarfile.SYMTYPE, "../../outside"), id="link-out"),
        pytest.param(_member("lib/link", tarfile.SYMTYPE, "a/../../../outside"), id="link-out-by-a-detour"),
        pytest.param(_member("link", tarfile.SYMTYPE, "/etc/passwd"), id="absolute-link"),
        pytest.param(_member("link", tarfile.LNKTYPE, "../outside"), id="hard-link-out"),
        pytest.param(_member("device", tarfile.CHRTYPE), id="device"),
        pytest.param(_member("pipe", tarfile.FIFOTYPE), id="pipe"),
    ],
)
def test_what_leads_out_of_the_folder_is_refused(tmp_path: Path, member: tarfile.TarInfo) -> None:
    pack = _pack(tmp_path, member)

    with pytest.raises(AssertionError):
        _extract(pack, tmp_path / "to")

    assert list((tmp_path / "to").iterdir()) == []


def test_a_file_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    pack = _pack(tmp_path, _member("bin/python"), _member("./bin/python"))

    with pytest.raises(AssertionError):
        _extract(pack, tmp_path / "to")


def test_files_and_links_within_are_laid_out(tmp_path: Path) -> None:
    to = tmp_path / "to"
    pack = _pack(
        tmp_path,
        _member("bin/python3"),
        _member("bin/python", tarfile.SYMTYPE, "python3"),
        _member("lib/python", tarfile.SYMTYPE, "../bin/python3"),
        _member("lib/same", tarfile.LNKTYPE, "bin/python3"),
    )

    _extract(pack, to)

    assert sorted(str(path.relative_to(to)) for path in to.rglob("*")) == [
        "bin", "bin/python", "bin/python3", "lib", "lib/python", "lib/same",
    ]  # fmt: skip
