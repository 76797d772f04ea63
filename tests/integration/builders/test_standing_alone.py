"""A pack needs nothing of the machine that built it but glibc."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from typing import cast

import pytest
from integration.builders.environments import Workshop, said_by, wheels_only
from oci_mlflow_builders.pythons.interpreter import probe
from oci_mlflow_builders.pythons.libraries import is_of_glibc

_DEBIAN = Path("/usr/bin/python3")
_LOOK_AROUND = """
import bz2, ctypes, hashlib, json, lzma, sqlite3, ssl, sys, sysconfig, zlib
for optional in ("readline", "curses", "uuid", "decimal", "tiny"):
    __import__(optional)
hashlib.sha256(b"").hexdigest(), sqlite3.connect(":memory:").execute("select 1"), ssl.create_default_context()
mapped = {line.split(None, 5)[5].strip() for line in open("/proc/self/maps") if len(line.split(None, 5)) > 5}
print(json.dumps({
    "prefix": sys.prefix,
    "path": sys.path,
    "mapped": sorted(name for name in mapped if name.startswith("/")),
    "configured": sorted({value for value in sysconfig.get_config_vars().values() if isinstance(value, str)}),
}))
"""


def _pyenv_python() -> Path | None:
    root = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    return next(iter(sorted(root.glob("versions/3.1[0-3].*/bin/python3"))), None)


def _assert_stands_alone(prefix: Path, of: str) -> None:
    seen = said_by(prefix, _LOOK_AROUND)
    assert isinstance(seen, dict)
    inside = f"{prefix.resolve()}/"
    foreign = [name for name in seen["mapped"] if not name.startswith(inside)]
    assert f"{seen['prefix']}/" == inside
    assert [entry for entry in seen["path"] if not entry.startswith(inside)] == []
    assert [name for name in foreign if ".so" in name and not is_of_glibc(Path(name).name)] == []
    assert [value for value in seen["configured"] if re.search(rf"(?<![.\w]){re.escape(of)}", value)] == []


def test_a_copied_pyenv_python_runs_when_the_original_is_gone(workshop: Workshop, wheels: Path, tmp_path: Path) -> None:
    program = _pyenv_python()
    found = None if program is None else probe(program)
    if found is None:
        pytest.skip("no Python of pyenv is on this machine")
    donor = tmp_path / "donor"
    shutil.copytree(found.prefix, donor, symlinks=True, ignore=shutil.ignore_patterns("site-packages", "test"))
    # A shared libpython is found by the path that was compiled in; the copy has to bring its own.
    private = donor / "bin" / "python3"
    workshop.variables = {"OCI_MLFLOW_PYTHON": str(private)}

    prefix = workshop.unpacked(wheels_only(found.version, wheels, "tiny"))
    shutil.rmtree(donor)
    shutil.rmtree(wheels)

    _assert_stands_alone(prefix, str(donor))


@pytest.mark.skipif(not _DEBIAN.exists(), reason="this system has no Python of its own")
def test_a_copy_of_the_systems_own_python_stands_alone(workshop: Workshop, wheels: Path) -> None:
    system = probe(_DEBIAN)
    assert system is not None
    workshop.variables = {"OCI_MLFLOW_PYTHON": str(_DEBIAN)}

    prefix = workshop.unpacked(wheels_only(system.version, wheels, "tiny"))

    _assert_stands_alone(prefix, "/usr/lib/python3")


@pytest.mark.skipif(not _DEBIAN.exists(), reason="this system has no Python of its own")
def test_packages_lie_where_the_systems_own_python_imports_from(workshop: Workshop, wheels: Path) -> None:
    system = probe(_DEBIAN)
    assert system is not None
    workshop.variables = {"OCI_MLFLOW_PYTHON": str(_DEBIAN)}

    prefix = workshop.unpacked(wheels_only(system.version, wheels, "tiny"))

    code = "import json, sysconfig, tiny; print(json.dumps([tiny.__file__, sysconfig.get_path('purelib')]))"
    file, purelib = cast("list[str]", said_by(prefix, code))
    assert Path(file).resolve().parent == Path(purelib).resolve()
    assert (prefix / "bin" / "tiny").is_file()


def test_the_lock_says_which_glibc_the_copy_needs(workshop: Workshop, wheels: Path) -> None:
    lock = workshop.lock(wheels_only(">=3.10", wheels, "tiny"))

    assert tuple(int(part) for part in lock.python.glibc.split(".")) >= (2, 2)
    assert lock.python.kind == "copied"


@pytest.mark.parametrize("minor", ["3.8", "3.10", "3.12", "3.13"])
def test_pythons_of_all_ages_can_be_copied(workshop: Workshop, wheels: Path, minor: str) -> None:
    root = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    if not list(root.glob(f"versions/{minor}.*")):
        pytest.skip(f"no Python {minor} of pyenv is on this machine")

    prefix = workshop.unpacked(wheels_only(f"=={minor}.*", wheels, "tiny"))

    _assert_stands_alone(prefix, str(root))
