"""Every contract of ``[tool.importlinter]`` holds, and notices the import that it is there to notice."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

if sys.version_info >= (3, 11):
    import tomllib
else:
    tomllib = pytest.importorskip("tomli")

#: Contract → the files that are planted to break it, and what its report has to name.
PLANTS: dict[str, tuple[dict[str, str], str]] = {
    "packages": (
        {"oci_mlflow_core/model/planted_upward.py": "import oci_mlflow_plugin"},
        "oci_mlflow_core.model.planted_upward -> oci_mlflow_plugin",
    ),
    "core-layers": (
        {"oci_mlflow_core/model/planted_layer.py": "import oci_mlflow_core.ports.clock"},
        "oci_mlflow_core.model.planted_layer -> oci_mlflow_core.ports.clock",
    ),
    "core-is-pure": (
        {"oci_mlflow_core/planning/planted_io.py": "import subprocess"},
        "oci_mlflow_core.planning.planted_io -> subprocess",
    ),
    "ruamel": (
        {"oci_mlflow_core/spec/planted_yaml.py": "import ruamel.yaml"},
        "oci_mlflow_core.spec.planted_yaml",
    ),
    "pluggy": (
        {"oci_mlflow_plugin/progress/planted_hooks.py": "import pluggy"},
        "oci_mlflow_plugin.progress.planted_hooks -> pluggy",
    ),
    "mlflow": (
        {"oci_mlflow_plugin/progress/planted_mlflow.py": "import mlflow"},
        "oci_mlflow_plugin.progress.planted_mlflow -> mlflow",
    ),
    "oci": (
        {"oci_mlflow_plugin/adapters/score/planted_cloud.py": "import oci"},
        "oci_mlflow_plugin.adapters.score.planted_cloud -> oci",
    ),
    "docker": (
        {"oci_mlflow_plugin/adapters/home/planted_engine.py": "import docker"},
        "oci_mlflow_plugin.adapters.home.planted_engine -> docker",
    ),
    "dxf": (
        {"oci_mlflow_plugin/adapters/home/planted_registry.py": "import dxf"},
        "oci_mlflow_plugin.adapters.home.planted_registry -> dxf",
    ),
    "isal": (
        {"oci_mlflow_plugin/adapters/home/planted_gzip.py": "import isal"},
        "oci_mlflow_plugin.adapters.home.planted_gzip -> isal",
    ),
    "plugin-layers": (
        {"oci_mlflow_plugin/progress/planted_layer.py": "import oci_mlflow_plugin.verbs"},
        "oci_mlflow_plugin.progress.planted_layer -> oci_mlflow_plugin.verbs",
    ),
    "adapters": (
        {"oci_mlflow_plugin/payload/planted_adapter.py": "import oci_mlflow_plugin.adapters.score"},
        "oci_mlflow_plugin.payload.planted_adapter -> oci_mlflow_plugin.adapters.score",
    ),
    "adapters-apart": (
        {"oci_mlflow_plugin/adapters/local/planted_sibling.py": "import oci_mlflow_plugin.adapters.score"},
        "oci_mlflow_plugin.adapters.local.planted_sibling -> oci_mlflow_plugin.adapters.score",
    ),
    "in-the-models-environment": (
        {"oci_mlflow_plugin/adapters/local/serving/planted_foreign.py": "import attrs"},
        "oci_mlflow_plugin.adapters.local.serving.planted_foreign -> attrs",
    ),
    "beside-the-prefix": (
        {"builders/oci_mlflow_builders/conda_prefix/planted_core.py": "import oci_mlflow_core.errors"},
        "oci_mlflow_builders.conda_prefix.planted_core -> oci_mlflow_core",
    ),
    "acyclic": (
        {
            "builders/oci_mlflow_builders/planted_one.py": "import oci_mlflow_builders.planted_two",
            "builders/oci_mlflow_builders/planted_two.py": "import oci_mlflow_builders.planted_one",
        },
        ".planted_",
    ),
}


def contracts(root: Path) -> dict[str, str]:
    """The name of each contract by its id."""
    settings = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    return {entry["id"]: entry["name"] for entry in settings["tool"]["importlinter"]["contracts"]}


def copy_of_packages(root: Path, to: Path) -> None:
    ignore = shutil.ignore_patterns("__pycache__")
    for package in ("oci_mlflow_core", "oci_mlflow_plugin", "builders"):
        shutil.copytree(root / package, to / package, ignore=ignore)
    shutil.copy(root / "pyproject.toml", to)


def lint(folder: Path) -> tuple[int, str]:
    """The exit status and the output of import-linter in that folder."""
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()", "--no-cache"]
    environment = {**os.environ, "PYTHONPATH": str(folder / "builders"), "NO_COLOR": "1", "COLUMNS": "200"}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="module")
def report(root: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """What import-linter says of a copy in which every contract has been broken."""
    folder = tmp_path_factory.mktemp("planted")
    copy_of_packages(root, folder)
    for files, _ in PLANTS.values():
        for path, text in files.items():
            (folder / path).write_text(text + "\n", encoding="utf-8")
    (folder / "oci_mlflow_core" / "planted_nowhere.py").write_text("", encoding="utf-8")
    return lint(folder)[1].partition("Broken contracts")[2]


def section(report: str, name: str) -> str:
    """The part of the report that is about the contract of that name."""
    found = re.search(rf"^{re.escape(name)}\n-+\n(.*?)(?=^[^\n]+\n---+\n|\Z)", report, re.MULTILINE | re.DOTALL)
    return found[1] if found else ""


def test_packages_keep_every_contract(root: Path, tmp_path: Path) -> None:
    copy_of_packages(root, tmp_path)

    status, output = lint(tmp_path)

    assert status == 0, output


def test_every_contract_has_a_planted_fault(root: Path) -> None:
    assert set(contracts(root)) == set(PLANTS)


@pytest.mark.parametrize("contract", PLANTS)
def test_planted_import_breaks_its_contract(contract: str, report: str, root: Path) -> None:
    assert PLANTS[contract][1] in section(report, contracts(root)[contract])


def test_a_core_module_without_a_layer_is_noticed(report: str, root: Path) -> None:
    assert "planted_nowhere" in section(report, contracts(root)["core-layers"])
