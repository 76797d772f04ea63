"""The tutorial, word for word as far as the plan."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import mlflow
import pytest
from commands import Commands, quiet_environ
from packaging.version import Version

TUTORIAL = (Path(__file__).parents[2] / "docs" / "tutorial" / "index.md").read_text(encoding="utf-8")

pytestmark = pytest.mark.skipif(
    Version(mlflow.__version__) < Version("3"),
    reason="the tutorial is written for MLflow 3 and says what MLflow 2 needs",
)


def block(language: str, beginning: str) -> str:
    """The one block in that language which begins so."""
    blocks = re.findall(rf"^```{language}\n(.*?)^```$", TUTORIAL, re.MULTILINE | re.DOTALL)
    (found,) = (text for text in blocks if text.startswith(beginning))
    return str(found)


def typed(program: str, word: str) -> list[str]:
    """The arguments of the one command line of that program which has that word."""
    lines = [line[2:] for line in re.findall(r"^\$ .*$", TUTORIAL, re.MULTILINE)]
    (found,) = (line for line in lines if line.startswith(f"{program} ") and word in line)
    return shlex.split(found)[1:]


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Commands:
    """Somebody who has saved the files, exported the store and run train.py."""
    folder = tmp_path_factory.mktemp("tutorial")
    (folder / "train.py").write_text(block("python", "import mlflow\n"))
    (folder / "deploy.yaml").write_text(block("yaml", "kind: deployment\n"))
    (folder / "rows.json").write_text(block("json", "{\n"))
    store = re.search(r"^\$ export MLFLOW_TRACKING_URI=(\S+)$", TUTORIAL, re.MULTILINE)
    assert store is not None
    reader = Commands(folder, {**quiet_environ(folder), "MLFLOW_TRACKING_URI": store.group(1)})
    reader.run("python", "train.py")
    return reader


def test_its_model_answers_its_rows_as_it_says(reader: Commands) -> None:
    script = (
        "import json, mlflow, pandas as pd; split = json.load(open('rows.json'))['dataframe_split']; "
        "model = mlflow.pyfunc.load_model('models:/cancer@champion'); "
        "print(json.dumps({'predictions': model.predict(pd.DataFrame(**split)).tolist()}))"
    )

    answer = reader.run("python", "-c", script).out.splitlines()[-1]

    assert json.loads(answer) == {"predictions": [0]}
    assert TUTORIAL.count(answer) > 1


def test_its_deployment_file_has_no_faults(reader: Commands) -> None:
    done = reader.run("oci-mlflow", *typed("oci-mlflow", "validate"))

    assert done.out == "deploy.yaml: no faults\n"
    assert done.err == ""


def test_its_dry_run_prints_a_plan_and_makes_nothing(reader: Commands) -> None:
    done = reader.run("mlflow", *typed("mlflow", "dry-run=true"))

    assert "create 'cancer' (dry run)" in done.err
    assert reader.home.names() == []
