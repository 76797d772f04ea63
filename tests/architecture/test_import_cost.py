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


def imported_by(statement: str, folder: Path) -> set[str]:
    """The top-level packages that a new interpreter has imported after the statement."""
    command = [sys.executable, "-X", "importtime", "-c", statement]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    lines = [line for line in done.stderr.splitlines() if line.startswith("import time:")]
    return {line.rpartition("|")[2].strip().partition(".")[0] for line in lines}


def test_import_mlflow_imports_nothing_of_ours(tmp_path: Path) -> None:
    packages = imported_by("import mlflow", tmp_path)

    assert "mlflow" in packages
    assert packages & (OURS | {"oci", "conda_pack"}) == set()


@pytest.mark.parametrize("package", sorted(OURS))
def test_our_packages_import_nothing_heavy(package: str, tmp_path: Path) -> None:
    packages = imported_by(f"import {package}", tmp_path)

    assert package in packages
    assert packages & (HEAVY - {package}) == set()


def test_entry_imports_neither_oci_nor_a_builder_nor_what_mlflow_left_out(tmp_path: Path) -> None:
    before = imported_by("import mlflow.deployments", tmp_path)

    packages = imported_by("import mlflow.deployments, oci_mlflow_plugin.entry", tmp_path)

    assert "oci_mlflow_plugin" in packages
    assert (packages - before) & HEAVY == set()
