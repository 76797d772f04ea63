"""Requirements that are a commit of a repository."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from pathlib import Path

import pytest
from integration.builders.environments import Workshop, said_by

from oci_mlflow_core.model.environment import EnvironmentRequest

_HERE = f"=={'.'.join(platform.python_version_tuple()[:2])}.*"
_GIT = shutil.which("git") or ""
#: A build backend that needs nothing but Python.
_BACKEND = """
import pathlib
import zipfile


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    name = "fromgit-1.0-py3-none-any.whl"
    with zipfile.ZipFile(pathlib.Path(wheel_directory) / name, "w") as archive:
        archive.writestr("fromgit.py", "here = True\\n")
        archive.writestr("fromgit-1.0.dist-info/METADATA", "Metadata-Version: 2.1\\nName: fromgit\\nVersion: 1.0\\n")
        archive.writestr("fromgit-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\\nTag: py3-none-any\\n")
        archive.writestr("fromgit-1.0.dist-info/RECORD", "")
    return name
"""
_PROJECT = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'


def _git(folder: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=Ann", "-c", "user.email=ann@example.com", "-c", "init.defaultBranch=main"]
    done = subprocess.run(
        [_GIT, *identity, *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "GIT_CONFIG_GLOBAL": os.devnull},
    )
    return done.stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "repository"
    folder.mkdir()
    (folder / "pyproject.toml").write_text(_PROJECT)
    (folder / "backend.py").write_text(_BACKEND)
    _git(folder, "init")
    _git(folder, "add", ".")
    _git(folder, "commit", "-m", "first")
    return folder


@pytest.mark.skipif(not _GIT, reason="git is not installed")
def test_a_branch_is_locked_to_its_commit_and_installed(workshop: Workshop, repository: Path) -> None:
    commit = _git(repository, "rev-parse", "HEAD")
    request = EnvironmentRequest(python=_HERE, pip=(f"fromgit @ git+{repository.as_uri()}@main",))

    lock = workshop.lock(request)
    prefix = workshop.unpacked(request)

    assert [("fromgit", commit, ())] == [(one.name, one.version, one.hashes) for one in lock.pip]
    assert said_by(prefix, "import fromgit, json; print(json.dumps(fromgit.here))") is True
