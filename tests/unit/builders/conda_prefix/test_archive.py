"""What is put where the prefix is."""

from __future__ import annotations

import ast
import io
import sys
import zipfile

from oci_mlflow_builders.conda_prefix.archive import as_archive


def _sources() -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(as_archive())) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.ImportFrom):
        return [node.module] if node.module else []
    return [alias.name for alias in node.names] if isinstance(node, ast.Import) else []


def test_equal_versions_give_equal_archives() -> None:
    assert as_archive() == as_archive()


def test_it_brings_all_that_it_imports_but_the_standard_library() -> None:
    sources = _sources()
    imported = {
        module
        for name, source in sources.items()
        if name.endswith(".py")
        for node in ast.walk(ast.parse(source))
        for module in _imported(node)
    }

    foreign = {module for module in imported if module.partition(".")[0] not in sys.stdlib_module_names}

    assert {f"{module.replace('.', '/')}.py" for module in foreign} <= sources.keys()
    assert {"oci_mlflow_builders/conda_prefix/templates/activate.in", "__main__.py"} <= sources.keys()


def test_its_syntax_is_that_of_python_3_8() -> None:
    for name, source in _sources().items():
        if name.endswith(".py"):
            ast.parse(source, filename=name, feature_version=(3, 8))
