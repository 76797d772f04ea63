"""All workspaces keep the promises of their port."""

from __future__ import annotations

from pathlib import Path

import pytest

from oci_mlflow_core.ports.workspaces import Workspaces
from oci_mlflow_core.testing.progress_sink import RecordingProgress
from oci_mlflow_core.testing.workspaces import FolderWorkspaces, WorkspacesContract
from oci_mlflow_plugin.adapters.home.layout import Home
from oci_mlflow_plugin.adapters.home.workspaces import HomeWorkspaces


class TestFolderWorkspaces(WorkspacesContract):
    @pytest.fixture
    def workspaces(self, tmp_path: Path) -> Workspaces:
        return FolderWorkspaces(tmp_path)


class TestHomeWorkspaces(WorkspacesContract):
    @pytest.fixture
    def workspaces(self, tmp_path: Path) -> Workspaces:
        return HomeWorkspaces(Home(tmp_path / "home"), RecordingProgress())
