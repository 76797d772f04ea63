"""tox tests the wheel: were the tree imported instead, a file missing from the wheel would go unnoticed."""

from __future__ import annotations

import importlib
import os
import sysconfig
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(
    os.environ.get("OCI_MLFLOW_TEST_INSTALLED") != "wheel", reason="only tox installs the wheel"
)


@pytest.mark.parametrize("package", ["oci_mlflow_core", "oci_mlflow_builders", "oci_mlflow_plugin"])
def test_package_lies_in_site_packages(package: str) -> None:
    found = Path(str(importlib.import_module(package).__file__))

    assert found.parent.parent == Path(sysconfig.get_path("purelib"))
