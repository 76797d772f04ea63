"""A Python that was made to be moved is taken before one that has to be copied."""

from __future__ import annotations

import shutil
import socket
from pathlib import Path

import pytest
from integration.builders.environments import Workshop, wheels_only
from oci_mlflow_builders.pythons.contents import contents_of
from oci_mlflow_builders.pythons.discovery import Survey, found_places
from oci_mlflow_builders.pythons.interpreter import probe
from oci_mlflow_builders.pythons.machine_paths import PLACEHOLDER
from oci_mlflow_builders.pythons.patchelf import find_patchelf
from oci_mlflow_builders.pythons.staging import stage

from oci_mlflow_core.errors import BuildError
from oci_mlflow_core.model.environment import EnvironmentRequest


@pytest.fixture
def managed(tmp_path: Path) -> tuple[Path, str]:
    """A folder of Pythons as uv keeps it, with one in it, and the version of that one."""
    python = next(Survey().interpreters(found_places({}, ("3.11",))))
    folder = tmp_path / "pythons"
    home = folder / f"cpython-{python.version}-linux-x86_64-gnu"
    home.mkdir(parents=True)
    patchelf = find_patchelf()
    assert patchelf is not None
    stage(contents_of(python), home, patchelf)
    return folder, python.version


def test_one_that_uv_has_installed_is_taken(workshop: Workshop, wheels: Path, managed: tuple[Path, str]) -> None:
    folder, version = managed
    workshop.variables = {"UV_PYTHON_INSTALL_DIR": str(folder)}

    lock = workshop.lock(wheels_only(version, wheels, "tiny"))

    assert ("standalone", version) == (lock.python.kind, lock.python.version)
    assert workshop.step.outcome == f"1 package, Python {version} (standalone)"


def test_where_it_was_installed_to_does_not_matter(managed: tuple[Path, str], tmp_path: Path) -> None:
    folder, version = managed
    homes = [next(folder.iterdir()), tmp_path / "somewhere" / "else"]
    shutil.copytree(homes[0], homes[1], symlinks=True)
    for home in homes:
        for configuration in home.glob("lib/python3.11/_sysconfigdata*.py"):
            configuration.write_text(configuration.read_text().replace(PLACEHOLDER, str(home)))

    first, second = (probe(home / "bin" / "python") for home in homes)

    assert first is not None
    assert second is not None
    assert (version, version) == (first.version, second.version)
    assert contents_of(first).digest() == contents_of(second).digest()


def test_it_is_packed_like_any_other(workshop: Workshop, wheels: Path, managed: tuple[Path, str]) -> None:
    folder, version = managed
    workshop.variables = {"UV_PYTHON_INSTALL_DIR": str(folder)}

    prefix = workshop.unpacked(wheels_only(version, wheels, "tiny"))

    assert (prefix / "bin" / "tiny").is_file()


def test_where_it_cannot_be_downloaded_the_rest_goes_on(workshop: Workshop, wheels: Path, tmp_path: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{closed.getsockname()[1]}"
    workshop.variables = {
        "UV_PYTHON_DOWNLOADS": "automatic",
        "UV_PYTHON_INSTALL_MIRROR": nobody,
        "UV_PYTHON_INSTALL_DIR": str(tmp_path / "pythons"),
    }

    lock = workshop.lock(wheels_only("==3.11.*", wheels, "tiny"))

    assert lock.python.kind == "copied"
    assert "looking for a standalone Python ==3.11.*" in workshop.step.said


def test_the_error_says_that_it_could_not_be_downloaded(workshop: Workshop, tmp_path: Path) -> None:
    workshop.variables = {
        "UV_PYTHON_DOWNLOADS": "automatic",
        "UV_PYTHON_INSTALL_MIRROR": "http://127.0.0.1:9",
        "UV_PYTHON_INSTALL_DIR": str(tmp_path / "pythons"),
        "PYENV_ROOT": str(tmp_path),
        "PATH": "",
    }

    with pytest.raises(BuildError) as caught:
        workshop.lock(EnvironmentRequest(python="==3.14.*", pip=()))

    assert "uv's own was not taken because it could not be downloaded" in caught.value.reason
