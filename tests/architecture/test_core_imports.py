"""What the core imports from outside, finer than import-linter sees it: to that, ``urllib`` is one thing."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

OURS = {"oci_mlflow_core"}
ALLOWED = {"attrs", "cattrs", "packaging"}
#: Allowed in one module each.
ALLOWED_IN = {"hookspecs.py": {"pluggy"}, "spec/document.py": {"ruamel"}}
#: Parts of the standard library that reach outside of the process.
FORBIDDEN = {"urllib.error", "urllib.request", "urllib.robotparser"}


def imported(source: str) -> Iterator[str]:
    """The dotted name of everything that the source imports, wherever in it."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def faults(source: str, module: str) -> list[str]:
    """What the module imports and may not."""
    allowed = OURS | ALLOWED | ALLOWED_IN.get(module, set()) | sys.stdlib_module_names
    return [
        name
        for name in imported(source)
        if name.partition(".")[0] not in allowed or any(f"{name}.".startswith(f"{bad}.") for bad in FORBIDDEN)
    ]


def core_modules(root: Path) -> dict[str, str]:
    core = root / "oci_mlflow_core"
    return {
        path.relative_to(core).as_posix(): path.read_text(encoding="utf-8")
        for path in core.rglob("*.py")
        if "testing" not in path.relative_to(core).parts
    }


def test_core_imports_only_what_it_may(root: Path) -> None:
    found = {module: faults(source, module) for module, source in core_modules(root).items()}

    assert {module: names for module, names in found.items() if names} == {}


@pytest.mark.parametrize(
    ("source", "module", "expected"),
    [
        ("import yaml", "spec/plain.py", ["yaml"]),
        ("from ruamel.yaml import YAML", "spec/document.py", []),
        ("from ruamel.yaml import YAML", "spec/plain.py", ["ruamel.yaml.YAML"]),
        ("import pluggy", "hookspecs.py", []),
        ("def late():\n    import pluggy", "model/pack.py", ["pluggy"]),
        ("from urllib.parse import urlsplit", "model/target.py", []),
        ("from urllib.request import urlopen", "model/target.py", ["urllib.request.urlopen"]),
        ("from urllib import request", "model/target.py", ["urllib.request"]),
    ],
)
def test_forbidden_imports_are_noticed(source: str, module: str, expected: list[str]) -> None:
    assert faults(source, module) == expected
