"""Which program is taken for conda, and what it says it is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from oci_mlflow_builders.conda.program import Conda, NoCondaError, find_conda, identify


def _program(path: Path, said: str = "conda 24.11.0", status: int = 0) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\ncat <<'END'\n{said}\nEND\nexit {status}\n")
    path.chmod(0o755)
    return path


def test_the_named_program_comes_before_all_others(tmp_path: Path) -> None:
    named, found = _program(tmp_path / "mine"), _program(tmp_path / "bin" / "micromamba")
    environ = {"OCI_MLFLOW_CONDA": str(named), "CONDA_EXE": str(found), "PATH": str(found.parent)}

    assert find_conda(environ) == named


def test_the_tool_of_an_activated_environment_comes_before_what_is_on_path(tmp_path: Path) -> None:
    active, found = _program(tmp_path / "root" / "conda"), _program(tmp_path / "bin" / "micromamba")

    assert find_conda({"CONDA_EXE": str(active), "PATH": str(found.parent)}) == active


def test_of_what_is_on_path_the_quickest_is_taken(tmp_path: Path) -> None:
    for name in ("conda", "mamba", "micromamba"):
        _program(tmp_path / name)

    assert find_conda({"PATH": str(tmp_path)}) == tmp_path / "micromamba"


def test_a_variable_of_a_tool_that_is_gone_is_passed_over(tmp_path: Path) -> None:
    found = _program(tmp_path / "bin" / "conda")

    assert find_conda({"CONDA_EXE": str(tmp_path / "gone"), "PATH": str(found.parent)}) == found


def test_a_named_program_that_is_none_is_told(tmp_path: Path) -> None:
    with pytest.raises(NoCondaError) as caught:
        find_conda({"OCI_MLFLOW_CONDA": "/nowhere/conda", "PATH": str(tmp_path)})

    assert str(caught.value) == "OCI_MLFLOW_CONDA names /nowhere/conda, which is not a program"


def test_a_machine_without_any_is_told(tmp_path: Path) -> None:
    with pytest.raises(NoCondaError) as caught:
        find_conda({"PATH": str(tmp_path)})

    assert str(caught.value) == ("no conda, mamba or micromamba is on PATH, and OCI_MLFLOW_CONDA does not name one")


@pytest.mark.parametrize(
    ("name", "said", "kind", "version"),
    [
        ("conda", "conda 24.11.0", "conda", "24.11.0"),
        ("mamba", "mamba 1.5.8\nconda 23.3.1", "mamba", "1.5.8"),
        ("mamba", "2.0.5", "mamba", "2.0.5"),
        ("micromamba", "1.5.8", "micromamba", "1.5.8"),
        ("conda", "conda-on-rattler (py-rattler 0.28.0)", "conda-on-rattler", "py-rattler 0.28.0"),
    ],
)
def test_its_kind_and_version_are_what_it_says(tmp_path: Path, name: str, said: str, kind: str, version: str) -> None:
    program = _program(tmp_path / name, said)

    assert identify(program, os.environ, tmp_path) == Conda(program, kind, version)


def test_a_program_that_fails_is_told_with_what_it_said(tmp_path: Path) -> None:
    program = _program(tmp_path / "conda", "it is broken", status=1)

    with pytest.raises(NoCondaError) as caught:
        identify(program, os.environ, tmp_path)

    assert str(caught.value) == f"{program} does not say its version: it is broken"
