from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from oci_mlflow_core.errors import InvalidRequestError
from oci_mlflow_plugin.adapters.home.layout import Home, default_home


def test_the_variable_names_the_home() -> None:
    assert Path("/data/state") == default_home({"OCI_MLFLOW_HOME": "/data/state"})


def test_a_relative_home_is_below_the_current_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)

    assert tmp_path / "state" == default_home({"OCI_MLFLOW_HOME": "state"})


def test_a_tilde_is_the_users_home_directory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/users/ada")

    assert Path("/users/ada/state") == default_home({"OCI_MLFLOW_HOME": "~/state"})


@pytest.mark.parametrize("environ", [{}, {"OCI_MLFLOW_HOME": ""}, {"OCI_MLFLOW_HOME": " "}])
def test_without_the_variable_it_is_the_platforms_folder(environ: dict[str, str]) -> None:
    home = default_home(environ)

    assert home.is_absolute()
    assert home.name == "oci-mlflow"


def test_the_folders_lie_below_the_root() -> None:
    home = Home(Path("/h"))

    folders = [home.buckets, home.models, home.deployments, home.environments, home.journal, home.work, home.locks]

    names = ["buckets", "models", "deployments", "cache/environments", "journal", "work", "locks"]
    assert [Path("/h", name) for name in names] == folders


def test_naming_a_folder_makes_nothing(tmp_path: Path) -> None:
    _ = Home(tmp_path / "home").environments

    assert not (tmp_path / "home").exists()


def test_every_folder_that_is_made_is_for_this_user_alone(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")

    made = home.make(home.environments)

    assert made == tmp_path / "home" / "cache" / "environments"
    modes = [stat.S_IMODE(folder.stat().st_mode) for folder in (home.root, home.root / "cache", made)]
    assert modes == [0o700] * 3


def test_making_a_folder_again_is_fine(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    (home.make(home.work) / "file").touch()

    home.make(home.work)

    assert (home.work / "file").exists()


def test_a_home_that_is_no_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "home").touch()
    home = Home(tmp_path / "home")

    with pytest.raises(InvalidRequestError) as caught:
        home.make(home.journal)

    assert str(caught.value) == f"cannot keep state in {tmp_path}/home/journal: File exists"
    assert caught.value.hint == f"Let OCI_MLFLOW_HOME name a folder that you may write to; it is {tmp_path}/home now."


def test_a_home_that_cannot_be_made_is_named(public_tmp: Path, drop_root_powers: Callable[[], None]) -> None:
    public_tmp.chmod(0o555)
    home = Home(public_tmp / "home")
    drop_root_powers()

    with pytest.raises(InvalidRequestError) as caught:
        home.make(home.root)

    assert str(caught.value) == f"cannot keep state in {public_tmp}/home: Permission denied"


def test_a_folder_that_cannot_be_written_to_is_named(public_tmp: Path, drop_root_powers: Callable[[], None]) -> None:
    home = Home(public_tmp / "home")
    for folder in (home.make(home.locks), home.root):
        folder.chmod(0o555)
    drop_root_powers()

    with pytest.raises(InvalidRequestError) as caught:
        home.make(home.locks)

    assert str(caught.value) == f"cannot keep state in {public_tmp}/home/locks: Permission denied"


def test_names_of_a_folder_that_is_not_there_are_none(tmp_path: Path) -> None:
    home = Home(tmp_path)

    assert home.names_in(home.deployments) == []


def test_a_file_where_a_folder_belongs_is_told(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.models.touch()

    with pytest.raises(InvalidRequestError) as refused:
        home.names_in(home.models)

    assert str(refused.value) == f"cannot read {home.models}: Not a directory"
    assert refused.value.hint == f"Let OCI_MLFLOW_HOME name a folder that you may read and write; it is {tmp_path} now."
