from __future__ import annotations

from pathlib import Path

import pytest

from oci_mlflow_core.model.artifact import FetchedModel, ModelVersion


@pytest.fixture
def model(tmp_path: Path) -> FetchedModel:
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "MLmodel").write_text("flavors: {}\n")
    return FetchedModel(path=folder, version=ModelVersion(uri="models:/cancer/1", pinned_uri="models:/cancer/1"))
