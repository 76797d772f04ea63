"""The sdist and the wheel hold every file that they should, and no other."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

PACKAGES = {
    "oci_mlflow_core": "oci_mlflow_core",
    "oci_mlflow_plugin": "oci_mlflow_plugin",
    "oci_mlflow_builders": "builders/oci_mlflow_builders",
}
#: Files that are not Python and would be missed late: on somebody else's machine.
DATA = {
    "oci_mlflow_builders/py.typed",
    "oci_mlflow_core/py.typed",
    "oci_mlflow_plugin/py.typed",
}
SDIST_ROOT = {
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "PKG-INFO",
    "README.md",
    "pyproject.toml",
    "tox.ini",
    "toxfile.py",
}
SDIST_FOLDERS = {"benchmarks", "builders", "docs", "oci_mlflow_core", "oci_mlflow_plugin", "tests"}


def files_of_packages(root: Path) -> set[str]:
    """What the tree holds of the three packages, by its path in the wheel."""
    return {
        f"{package}/{path.relative_to(root / folder).as_posix()}"
        for package, folder in PACKAGES.items()
        for path in (root / folder).rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }


@pytest.fixture(scope="module")
def dist(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sdist, and the wheel that was built from it."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(root)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="module")
def in_wheel(dist: Path) -> set[str]:
    (wheel,) = dist.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return {name for name in archive.namelist() if ".dist-info/" not in name}


@pytest.fixture(scope="module")
def in_sdist(dist: Path) -> set[str]:
    (sdist,) = dist.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        return {name.partition("/")[2] for name in archive.getnames()}


def test_wheel_holds_the_three_packages_and_nothing_else(in_wheel: set[str], root: Path) -> None:
    assert in_wheel == files_of_packages(root)


def test_wheel_holds_the_files_that_are_not_python(in_wheel: set[str]) -> None:
    assert in_wheel >= DATA


def test_wheel_holds_no_tests(in_wheel: set[str]) -> None:
    assert [name for name in in_wheel if name.rpartition("/")[2].startswith(("test_", "conftest"))] == []


def test_sdist_has_exactly_these_files_at_its_root(in_sdist: set[str]) -> None:
    assert {name for name in in_sdist if "/" not in name and name != ".gitignore"} == SDIST_ROOT


def test_sdist_has_exactly_these_folders(in_sdist: set[str]) -> None:
    assert {name.partition("/")[0] for name in in_sdist if "/" in name} == SDIST_FOLDERS


def test_sdist_holds_every_file_of_the_packages(in_sdist: set[str], root: Path) -> None:
    expected = {f"{PACKAGES[name.partition('/')[0]]}/{name.partition('/')[2]}" for name in files_of_packages(root)}

    assert expected - in_sdist == set()
