"""How the program is run."""

from __future__ import annotations

from pathlib import Path

import pytest
from oci_mlflow_builders.conda.command import Shield, create
from oci_mlflow_builders.conda.program import Conda

from oci_mlflow_core.errors import BuildError, OutOfSpaceError
from oci_mlflow_core.testing.progress_sink import RecordingStep


@pytest.fixture
def shield(tmp_path: Path) -> Shield:
    (tmp_path / "work").mkdir()
    return Shield(folder=tmp_path / "work", caller={"PATH": "/usr/bin:/bin"})


def _conda(folder: Path, script: str, kind: str = "conda") -> Conda:
    program = folder / kind
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return Conda(program, kind, "1.0")


def test_the_callers_environment_and_settings_do_not_reach_it(tmp_path: Path) -> None:
    caller = {
        "CONDA_PREFIX": "/elsewhere",
        "CONDARC": "/home/me/.condarc",
        "HOME": "/home/me",
        "HTTPS_PROXY": "http://proxy:3128",
        "MAMBA_ROOT_PREFIX": "/elsewhere",
        "PYTHONPATH": "/elsewhere",
        "SSL_CERT_FILE": "/etc/site.pem",
        "XDG_CONFIG_HOME": "/home/me/.config",
    }

    seen = Shield(folder=tmp_path, caller=caller).environment()

    assert {name: seen.get(name) for name in caller} == {
        "CONDA_PREFIX": None,
        "CONDARC": None,
        "HOME": str(tmp_path / "home"),
        "HTTPS_PROXY": "http://proxy:3128",
        "MAMBA_ROOT_PREFIX": None,
        "PYTHONPATH": None,
        "SSL_CERT_FILE": "/etc/site.pem",
        "XDG_CONFIG_HOME": None,
    }
    assert seen["CONDA_PKGS_DIRS"] == str(tmp_path / "pkgs")


@pytest.mark.parametrize(("kind", "more"), [("conda", " --no-default-packages"), ("mamba", ""), ("micromamba", "")])
def test_it_is_asked_for_exactly_the_listed_packages(tmp_path: Path, shield: Shield, kind: str, more: str) -> None:
    conda = _conda(tmp_path, f'echo "$*" > {tmp_path}/asked', kind)

    create(conda, tmp_path / "prefix", tmp_path / "explicit.txt", shield, RecordingStep("build"))

    assert (tmp_path / "asked").read_text() == (
        f"create --yes --prefix {tmp_path}/prefix --file {tmp_path}/explicit.txt{more}\n"
    )


def test_micromamba_gets_a_root_of_its_own(tmp_path: Path, shield: Shield) -> None:
    conda = _conda(tmp_path, f'echo "$MAMBA_ROOT_PREFIX" > {tmp_path}/root', "micromamba")

    create(conda, tmp_path / "prefix", tmp_path / "explicit.txt", shield, RecordingStep("build"))

    assert (tmp_path / "root").read_text() == f"{shield.folder}/root\n"


def test_what_it_said_last_is_told_when_it_fails(tmp_path: Path, shield: Shield) -> None:
    conda = _conda(tmp_path, "echo LinkError: https://me:secret@host/one >&2; exit 3")

    with pytest.raises(BuildError) as caught:
        create(conda, tmp_path / "prefix", tmp_path / "explicit.txt", shield, RecordingStep("build"))

    assert str(caught.value) == (
        f"the conda builder failed to build the environment: conda 1.0 ({tmp_path}/conda) ended with status 3\n"
        "  | LinkError: https://****@host/one"
    )


def test_a_full_disk_is_told_as_one(tmp_path: Path, shield: Shield) -> None:
    conda = _conda(tmp_path, "cat /dev/zero > /dev/full")

    with pytest.raises(OutOfSpaceError) as caught:
        create(conda, tmp_path / "prefix", tmp_path / "explicit.txt", shield, RecordingStep("build"))

    assert caught.value.path == shield.folder
