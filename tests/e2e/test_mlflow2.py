"""A model that MLflow 2 logged, served in an environment of MLflow 2 by whatever MLflow the user has now."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from commands import LOCAL, REFERENCE_ROW, Commands, post

MLFLOW_2 = "2.22.1"
#: Logs the classifier with the MLflow of an environment of its own.
LOGGING = """
import sys, warnings
warnings.filterwarnings("ignore")
import mlflow
from mlflow.models import infer_signature
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

columns = sys.argv[2].split(",")
data = load_breast_cancer(as_frame=True)
model = make_pipeline(StandardScaler(), LogisticRegression()).fit(data.data[columns], data.target)
mlflow.sklearn.save_model(model, sys.argv[1], signature=infer_signature(data.data[columns], data.target))
print(mlflow.__version__)
"""


@pytest.fixture(scope="module")
def old_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("mlflow2")
    python = folder / "venv" / "bin" / "python"
    uv = [sys.executable, "-m", "uv"]
    subprocess.run([*uv, "venv", "--quiet", "--python", sys.executable, folder / "venv"], check=True)
    subprocess.run(
        [
            *uv,
            "pip",
            "install",
            "--quiet",
            "--python",
            python,
            f"mlflow=={MLFLOW_2}",
            "setuptools<81",
            "sqlalchemy<2.1",
        ],
        check=True,
    )
    columns = ",".join(REFERENCE_ROW["columns"])
    logged = subprocess.run(
        [python, "-c", LOGGING, folder / "model", columns], check=True, capture_output=True, text=True, cwd=folder
    )
    assert logged.stdout.splitlines()[-1] == MLFLOW_2
    return folder / "model"


def test_it_is_served_by_its_own_mlflow(local: Commands, old_model: Path) -> None:
    local.mlflow("create", "-t", LOCAL, "--name", "old", "-m", str(old_model))
    url = local.home.get("old").url

    answer = post(f"{url}/predict", REFERENCE_ROW)

    assert answer == (200, {"predictions": [0]})
    home = Path(local.environ["OCI_MLFLOW_HOME"])
    served = {path.parts[-2] for path in home.glob("cache/environments/*/lib/python*/site-packages/mlflow/version.py")}
    assert served == {"mlflow"}
    locks = [json.loads(path.read_text()) for path in home.glob("buckets/**/.locks/*.json")]
    assert any(f"{MLFLOW_2}" in json.dumps(lock) for lock in locks)
