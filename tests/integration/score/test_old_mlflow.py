"""``score.py`` inside the environments that old models bring: old Pythons and every generation of MLflow 2."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
import uv
from integration.score.conftest import Child, unpacked

HERE = Path(__file__).parent
ROW = {"id": "00123", "day": "2020-01-02T00:00:00", "raw": "AP8=", "amount": 0.5}
#: Python, MLflow, and what that MLflow needs and does not pin.
GENERATIONS = [
    ("3.8", "2.0.1", ["pandas<2", "setuptools<70"]),
    ("3.9", "2.10.2", ["pandas<2.3", "numpy<2", "setuptools<70"]),
    ("3.10", "2.16.2", ["pandas<2.3", "numpy<2"]),
    ("3.12", "2.22.0", ["pandas<3"]),
]


def interpreter(version: str) -> str:
    found = sorted((Path.home() / ".pyenv" / "versions").glob(f"{version}.*/bin/python"))
    if not found:
        pytest.skip(f"there is no Python {version} below ~/.pyenv")
    return str(found[-1])


@pytest.fixture
def python(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The Python of a new environment with that MLflow."""
    version, mlflow, others = request.param
    made = tmp_path / "environment"
    tool = uv.find_uv_bin()
    subprocess.run([tool, "venv", "-q", "--python", interpreter(version), str(made)], check=True)
    target = str(made / "bin" / "python")
    packages = [f"mlflow-skinny=={mlflow}", *others]
    done = subprocess.run(
        [tool, "pip", "install", "-q", "--python", target, *packages], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return target


@pytest.mark.e2e
@pytest.mark.parametrize("python", GENERATIONS, indirect=True, ids=[f"mlflow-{mlflow}" for _, mlflow, _ in GENERATIONS])
def test_score_py_serves_a_model_of_that_mlflow(python: str, tmp_path: Path) -> None:
    saved = subprocess.run(
        [python, str(HERE / "save_signed.py"), str(tmp_path / "model")], capture_output=True, text=True, check=False
    )
    assert saved.returncode == 0, saved.stderr[-2000:]
    folder = unpacked(tmp_path / "model", tmp_path / "artifact")
    bodies = [{"dataframe_records": [ROW]}, [ROW], [list(ROW.values())], [{"id": "x"}], {"dataframe_split": 1}]

    with Child(python, tmp_path) as child:
        answers = child.ask(folder, bodies)

    good, missing, malformed = answers[:3], answers[3]["score"], answers[4]["score"]
    row = {**ROW, "raw": "AP8=\n", "kinds": "object datetime64[ns] object float32"}
    assert [answer["score"] for answer in good] == [{"answer": {"predictions": [row]}}] * 3
    assert (missing["status"], missing["error_code"]) == (400, "INVALID_PARAMETER_VALUE")
    assert missing["message"].startswith("the request does not fit the model's signature: Model is missing inputs ")
    assert (malformed["status"], malformed["error_code"]) == (400, "BAD_REQUEST")
