from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path, PurePosixPath

import attrs
import pytest
from packaging.requirements import Requirement

from oci_mlflow_core.model.image import ServerFile
from oci_mlflow_plugin.adapters.image_server import server_files as module
from oci_mlflow_plugin.adapters.image_server.server_files import (
    SERVER_COMMAND,
    SERVER_REQUIREMENTS,
    server_digest,
    server_files,
)
from oci_mlflow_plugin.adapters.score.assembler import own_score_code

#: Names of modules that the server may import besides its own: the HTTP server, and what a model may bring.
_BROUGHT = {"mlflow", "numpy", "pandas", "uvicorn"}
_OWN = "oci_mlflow_plugin.adapters.image_server.server"
_PYTHONS = ("3.8", "3.9", "3.10", "3.11", "3.12", "3.13")


def _trees() -> dict[str, ast.Module]:
    return {file.path.name: ast.parse(file.content, feature_version=(3, 8)) for file in server_files()}


def _imported(tree: ast.Module) -> set[str]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return found


def test_the_files_lie_in_one_package_sorted_by_name() -> None:
    paths = [file.path for file in server_files()]

    assert paths == sorted(paths)
    assert {path.parent for path in paths} == {PurePosixPath("oci_mlflow_server")}
    assert {"__init__.py", "__main__.py", "score.py"} <= {path.name for path in paths}


def test_score_py_is_that_of_runtime_artifacts() -> None:
    assert next(file.content for file in server_files() if file.path.name == "score.py") == own_score_code()


def test_the_files_have_the_syntax_of_python_3_8_and_import_what_is_there() -> None:
    standard = sys.stdlib_module_names

    for name, tree in _trees().items():
        others = {each for each in _imported(tree) if not each.startswith(_OWN)}
        assert {each.partition(".")[0] for each in others} <= _BROUGHT | standard, name


def test_what_needs_no_server_runs_on_the_oldest_python(tmp_path: Path) -> None:
    found = sorted((Path.home() / ".pyenv" / "versions").glob("3.8.*/bin/python"))
    if not found:
        pytest.skip("there is no Python 3.8 below ~/.pyenv")
    for file in server_files():
        (tmp_path / file.path).parent.mkdir(exist_ok=True)
        (tmp_path / file.path).write_bytes(file.content)
    code = (
        "import importlib\nfrom pathlib import Path\nimport oci_mlflow_server.__main__ as main\n"
        "main.stand_in_for_packages(Path(main.__file__).parent)\n"
        "for name in ('content', 'exchange', 'forking', 'frames', 'payload', 'settings', 'sizing', 'warming'):\n"
        f"    importlib.import_module('{_OWN}.' + name)\n"
    )

    done = subprocess.run([str(found[-1]), "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")


def test_every_python_gets_one_pinned_version_of_each_distribution() -> None:
    for python in _PYTHONS:
        wanted = [
            requirement
            for requirement in map(Requirement, SERVER_REQUIREMENTS)
            if requirement.marker is None or requirement.marker.evaluate({"python_version": python})
        ]

        names = [requirement.name for requirement in wanted]
        assert len(names) == len(set(names)), python
        assert {"uvicorn", "h11", "click", "httptools"} <= set(names), python
        assert all(str(requirement.specifier).startswith("==") for requirement in wanted)


def test_the_digest_changes_with_a_file_and_with_a_requirement(monkeypatch: pytest.MonkeyPatch) -> None:
    files = server_files()
    changed: tuple[ServerFile, ...] = (attrs.evolve(files[0], content=b"# another\n"), *files[1:])
    fresh = server_digest.__wrapped__

    monkeypatch.setattr(module, "server_files", lambda: changed)
    with_file = fresh()
    monkeypatch.undo()
    monkeypatch.setattr(module, "SERVER_REQUIREMENTS", (*SERVER_REQUIREMENTS, "another==1"))
    with_requirement = fresh()
    monkeypatch.undo()

    assert fresh() == server_digest()
    assert server_digest().startswith("sha256:")
    assert len({server_digest(), with_file, with_requirement}) == 3


def test_the_command_names_the_package() -> None:
    assert SERVER_COMMAND == ("-m", "oci_mlflow_server")
