"""Nobody pays for this plugin who does not use it, and who uses it pays late."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

OURS = {"oci_mlflow_core", "oci_mlflow_builders", "oci_mlflow_plugin"}
#: What takes long to import; `mlflow` itself brings pandas and more when it is asked for.
HEAVY = {
    "cattrs",
    "conda_pack",
    "mlflow",
    "numpy",
    "oci",
    "oci_mlflow_builders",
    "pandas",
    "requests",
    "rich",
    "ruamel",
}


def imported_by(folder: Path, *statements: str) -> list[set[str]]:
    """The top-level packages that one new interpreter imports with each statement, beside those of the one before."""
    script = "\n".join(f"{statement}\nprint('===', file=sys.stderr, flush=True)" for statement in statements)
    command = [sys.executable, "-X", "importtime", "-c", f"import sys\n{script}"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    parts = done.stderr.split("===\n")[:-1]
    return [
        {
            line.rpartition("|")[2].strip().partition(".")[0]
            for line in part.splitlines()
            if line.startswith("import time:")
        }
        for part in parts
    ]


@pytest.fixture(scope="module")
def by_mlflow_and_entry(tmp_path_factory: pytest.TempPathFactory) -> list[set[str]]:
    """What comes with MLflow, then with its deployments, then with our entry point; MLflow alone takes seconds."""
    folder = tmp_path_factory.mktemp("imports")
    return imported_by(folder, "import mlflow", "import mlflow.deployments", "import oci_mlflow_plugin.entry")


def test_import_mlflow_imports_nothing_of_ours(by_mlflow_and_entry: list[set[str]]) -> None:
    by_mlflow, by_deployments, _ = by_mlflow_and_entry

    assert "mlflow" in by_mlflow
    assert (by_mlflow | by_deployments) & (OURS | {"oci", "conda_pack"}) == set()


@pytest.mark.parametrize("package", sorted(OURS))
def test_our_packages_import_nothing_heavy(package: str, tmp_path: Path) -> None:
    (packages,) = imported_by(tmp_path, f"import {package}")

    assert package in packages
    assert packages & (HEAVY - {package}) == set()


def test_entry_imports_neither_oci_nor_a_builder_nor_what_mlflow_left_out(by_mlflow_and_entry: list[set[str]]) -> None:
    by_mlflow, by_deployments, by_entry = by_mlflow_and_entry

    assert "oci_mlflow_plugin" in by_entry
    assert (by_entry - by_mlflow - by_deployments) & HEAVY == set()
