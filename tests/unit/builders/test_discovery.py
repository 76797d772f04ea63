"""Where Pythons are looked for, and in which order."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from oci_mlflow_builders.pythons.discovery import Place, Survey, found_places, managed_places, named_places
from oci_mlflow_builders.pythons.interpreter import probe


def _touch(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    return path


def test_the_variable_names_programs_or_folders(tmp_path: Path) -> None:
    program = _touch(tmp_path / "one" / "my-python")
    folder = _touch(tmp_path / "two" / "bin" / "python3").parent.parent

    places = list(named_places({"OCI_MLFLOW_PYTHON": f"{program}{os.pathsep}{folder}"}))

    assert [place.path for place in places] == [program, folder / "bin" / "python3"]


def test_the_running_python_comes_first_then_pyenv_then_path_then_the_system(tmp_path: Path) -> None:
    for patch in ("3.11.2", "3.11.10"):
        _touch(tmp_path / "versions" / patch / "bin" / "python3.11")

    places = list(found_places({"PYENV_ROOT": str(tmp_path), "PATH": "/somewhere"}, ("3.11",)))

    assert places[:5] == [
        Place(Path(sys.executable), "the running Python"),
        Place(tmp_path / "versions" / "3.11.10" / "bin" / "python3.11", "pyenv"),
        Place(tmp_path / "versions" / "3.11.2" / "bin" / "python3.11", "pyenv"),
        Place(Path("/somewhere/python3.11"), "PATH"),
        Place(Path("/somewhere/python3"), "PATH"),
    ]
    assert places[-1] == Place(Path("/usr/bin/python3"), "the system")


def test_pythons_of_uv_are_found_by_their_folders(tmp_path: Path) -> None:
    (tmp_path / "cpython-3.11.9-linux-x86_64-gnu").mkdir()
    (tmp_path / "pypy-3.11").mkdir()

    [place] = managed_places(tmp_path, ("3.11",))

    assert place.path == tmp_path / "cpython-3.11.9-linux-x86_64-gnu" / "bin" / "python3.11"
    assert list(managed_places(None, ("3.11",))) == []


def test_two_names_of_one_python_give_it_once(tmp_path: Path) -> None:
    link = tmp_path / "python3"
    link.symlink_to(sys.executable)

    found = list(Survey().interpreters(iter([Place(Path(sys.executable), "a"), Place(link, "b")])))

    assert len(found) == 1


def test_places_that_cannot_be_looked_at_are_passed_over() -> None:
    unreadable = Place(Path("/") / ("x" * 5000), "PATH")

    assert list(Survey().interpreters(iter([unreadable]))) == []


def test_a_virtual_environment_is_looked_through() -> None:
    interpreter = probe(Path(sys.executable))

    assert interpreter is not None
    assert interpreter.prefix == Path(sys.base_prefix).resolve()


def test_a_script_is_not_run_and_is_no_python(tmp_path: Path) -> None:
    script = tmp_path / "python3"
    script.write_text(f"#!/bin/sh\ntouch '{tmp_path}/ran'\n")
    script.chmod(0o755)

    assert probe(script) is None
    assert not (tmp_path / "ran").exists()


def test_a_program_that_is_no_python_is_none() -> None:
    assert probe(Path("/bin/true")) is None


_LOOKS = """
import os, sys
from pathlib import Path
from oci_mlflow_builders.pythons.discovery import found_places, managed_places

foreign = Path(sys.argv[1])
if os.geteuid() == 0:
    os.seteuid(65534)
places = [*managed_places(foreign, ("3.11",)), *found_places({"PYENV_ROOT": str(foreign)}, ("3.11",))]
print([place.why for place in places])
"""


@pytest.mark.parametrize("closed", [".", "versions"])
def test_folders_of_another_user_are_passed_over(tmp_path: Path, closed: str) -> None:
    _touch(tmp_path / "versions" / "3.11.2" / "bin" / "python3.11")
    (tmp_path / closed).chmod(0 if os.geteuid() else 0o700)

    try:
        finished = subprocess.run(
            [sys.executable, "-c", _LOOKS, str(tmp_path)], capture_output=True, text=True, check=False
        )
    finally:
        (tmp_path / closed).chmod(0o700)

    assert finished.stderr == ""
    assert finished.stdout == "['the running Python', 'the system', 'the system', 'the system', 'the system']\n"
