from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path, PurePosixPath
from typing import Any

import attrs
import pytest
from packaging.requirements import Requirement

from oci_mlflow_plugin.adapters.image_server.image_server import image_server
from oci_mlflow_plugin.adapters.image_server.server_files import (
    SERVER_COMMAND,
    SERVER_REQUIREMENTS,
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


@pytest.mark.parametrize(
    "change", [{"requirements": ("another==1",)}, {"environment": {"A": "1"}}, {"command": ("-V",)}]
)
def test_another_server_has_another_digest(change: dict[str, Any]) -> None:
    assert attrs.evolve(image_server(8080), **change).digest != image_server(8080).digest


def test_a_server_with_another_file_has_another_digest() -> None:
    server = image_server(8080)
    files = (attrs.evolve(server.files[0], content=b"# another\n"), *server.files[1:])

    assert attrs.evolve(server, files=files).digest != server.digest
    assert image_server(8080).digest == server.digest


def test_the_command_names_the_package() -> None:
    assert SERVER_COMMAND == ("-m", "oci_mlflow_server")
