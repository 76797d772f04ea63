from __future__ import annotations

import stat
import zipfile
from pathlib import Path

import pytest

from oci_mlflow_core.errors import InvalidRequestError
from oci_mlflow_plugin.adapters.local.unzipping import unpack_read_only


def _zip(folder: Path, name: str, mode: int = 0) -> Path:
    path = folder / "artifact.zip"
    member = zipfile.ZipInfo(name)
    member.external_attr = mode << 16
    with zipfile.ZipFile(path, "w") as members:
        members.writestr(member, "text")
    return path


def test_nothing_that_was_unpacked_can_be_written(tmp_path: Path) -> None:
    to = tmp_path / "artifact"

    unpack_read_only(_zip(tmp_path, "code/score.py"), to)

    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (to, to / "code", to / "code" / "score.py")}
    assert modes == {"artifact": 0o555, "code": 0o555, "score.py": 0o444}
    assert (to / "code" / "score.py").read_text() == "text"


@pytest.mark.parametrize(
    ("name", "mode"),
    [("../outside", 0), ("/outside", 0), ("a/../../outside", 0), ("a\\b", 0), ("link", stat.S_IFLNK | 0o777)],
)
def test_a_member_that_would_lie_elsewhere_is_refused(tmp_path: Path, name: str, mode: int) -> None:
    archive = _zip(tmp_path, name, mode)

    with pytest.raises(InvalidRequestError) as refused:
        unpack_read_only(archive, tmp_path / "artifact")

    assert str(refused.value) == f"the runtime artifact holds '{name}', which is no plain relative file"
    assert not (tmp_path / "outside").exists()


def test_what_is_no_zip_is_told(tmp_path: Path) -> None:
    (tmp_path / "artifact.zip").write_text("text")

    with pytest.raises(InvalidRequestError) as refused:
        unpack_read_only(tmp_path / "artifact.zip", tmp_path / "artifact")

    assert str(refused.value) == "the runtime artifact cannot be unpacked: File is not a zip file"
