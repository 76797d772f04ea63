"""``oci-mlflow demo``, as somebody meets it who has installed the project and nothing else."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from commands import LOCAL, REFERENCE_ROW, Commands, Done, post, quiet_environ, shown

from oci_mlflow_plugin.cli.demonstration.place import COLUMNS, ROW

NAMED = ("-t", LOCAL, "--name", "cancer-demo")


@pytest.fixture(scope="module")
def user(tmp_path_factory: pytest.TempPathFactory) -> Commands:
    """Somebody whose own MLflow store is named in the environment, and whose PATH has the installed programs."""
    folder = tmp_path_factory.mktemp("demo")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return Commands(folder, quiet_environ(folder, PATH=path, MLFLOW_EXPERIMENT_NAME="mine"))


@pytest.fixture(scope="module")
def demo(user: Commands) -> Iterator[Done]:
    yield user.run("oci-mlflow", "demo")
    user.run("oci-mlflow", "demo", "--delete")


@pytest.fixture(scope="module")
def url(user: Commands, demo: Done) -> str:
    return shown(user.mlflow("get", *NAMED).out)["url"]


def test_the_answer_alone_is_on_stdout(demo: Done) -> None:
    assert demo.out == '{"predictions": [0]}\n'


def test_every_step_is_told_and_nothing_clutters_the_screen(demo: Done) -> None:
    steps, _, _ = demo.err.partition("\n\nThe server goes on running at ")

    titles = [line.removesuffix(" …") for line in steps.splitlines() if line.endswith(" …")]
    strange = [line for line in steps.splitlines() if not line.startswith((*titles, "  "))]
    # of a Python that was copied from a machine which is newer than the service's
    assert [line for line in strange if not line.startswith("note: the environment needs glibc ")] == []
    assert titles[:4] == [
        "load MLflow and scikit-learn",
        "open the demo's own MLflow registry",
        "train a classifier on scikit-learn's breast-cancer data",
        "log the model, and register it as models:/cancer@champion",
    ]


def test_the_users_own_stores_are_not_touched(user: Commands, demo: Done) -> None:
    assert demo.code == 0
    assert not (user.folder / "mlruns").exists()
    assert not (user.folder / "mlflow.db").exists()


def test_the_server_goes_on_answering(url: str) -> None:
    assert post(f"{url}/predict", REFERENCE_ROW) == (200, {"predictions": [0]})


def test_the_commands_that_it_prints_work_as_they_are_printed(user: Commands, demo: Done) -> None:
    printed = [line.strip() for line in demo.err.splitlines() if line.startswith("  ")]
    commands = printed[printed.index(next(line for line in printed if line.startswith("export"))) :]
    left_out = (" delete ", "--delete") if shutil.which("curl") else (" delete ", "--delete", "curl ")
    script = "\n".join(line for line in commands if not any(text in line for text in left_out))

    done = subprocess.run(
        ["/bin/sh", "-euc", script], cwd=user.folder, env=user.environ, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.count('{"predictions": [0]}') == 2 + ("curl " in script)
    assert done.stdout.endswith("Deployment cancer-demo is updated (with flavor python_function)\n")


def test_a_second_run_uses_what_is_there_and_says_so(user: Commands, url: str) -> None:
    again = user.run("oci-mlflow", "demo")

    notes = [line for line in again.err.splitlines() if line.startswith("note: ")]
    assert again.out == '{"predictions": [0]}\n'
    assert notes == [
        "note: models:/cancer@champion of an earlier run is version 1; it is used as it is",
        "note: the deployment 'cancer-demo' of an earlier run serves this model; it is used as it is",
    ]
    assert f"The server goes on running at {url}." in again.err


class TestPredict:
    """``oci-mlflow predict`` against the demo's deployment."""

    @pytest.mark.parametrize(
        "payload",
        [
            REFERENCE_ROW,
            {"dataframe_split": REFERENCE_ROW},
            {"dataframe_records": [dict(zip(COLUMNS, ROW, strict=True))]},
            [ROW],
        ],
        ids=["bare split", "dataframe_split", "dataframe_records", "rows"],
    )
    def test_json_of_any_form(self, user: Commands, demo: Done, payload: object) -> None:
        done = user.run("oci-mlflow", "predict", *NAMED, "--data", json.dumps(payload))

        assert done.out == demo.out

    def test_csv(self, user: Commands, demo: Done) -> None:
        frame = pd.DataFrame([dict(zip(COLUMNS, ROW, strict=True))])
        frame.to_csv(user.folder / "rows.csv", index=False)

        done = user.run("oci-mlflow", "predict", *NAMED, "-I", "rows.csv")

        assert done.out == demo.out

    def test_parquet_to_a_file(self, user: Commands, demo: Done) -> None:
        frame = pd.DataFrame([dict(zip(COLUMNS, ROW, strict=True))])
        frame.to_parquet(user.folder / "rows.parquet")

        done = user.run("oci-mlflow", "predict", *NAMED, "-I", "rows.parquet", "-o", "answer.json")

        assert done.out == ""
        assert (user.folder / "answer.json").read_text() == demo.out

    def test_standard_input_by_url(self, user: Commands, demo: Done, url: str) -> None:
        command = [str(Path(sys.executable).with_name("oci-mlflow")), "predict", "-t", LOCAL, "--name", url, "-I", "-"]

        done = subprocess.run(
            command, input=json.dumps(REFERENCE_ROW), env=user.environ, capture_output=True, text=True, check=True
        )

        assert done.stdout == demo.out

    @pytest.mark.usefixtures("demo")
    def test_a_missing_column_is_one_clean_error(self, user: Commands) -> None:
        done = user.run(
            "oci-mlflow", "predict", *NAMED, "--data", '{"dataframe_records": [{"mean radius": 1}]}', code=1
        )

        assert done.out == ""
        assert done.err.startswith("Error: deployment 'cancer-demo' answered 400")


def test_a_deployment_of_that_name_that_is_not_the_demos_is_left_alone(user: Commands, url: str) -> None:
    order = next((user.folder / "home" / "deployments").glob("*/order.json"))
    text = order.read_text()
    order.write_text(text.replace("models:/cancer/1", "models:/theirs/1"))
    try:
        refused = user.run("oci-mlflow", "demo", "--delete", code=1)
    finally:
        order.write_text(text)

    assert refused.err == (
        "Error: a deployment is called 'cancer-demo' that the demo did not make; it serves models:/theirs/1\n"
        "Hint: Delete it, or let OCI_MLFLOW_HOME name another folder for the demo.\n"
    )
    assert post(f"{url}/predict", REFERENCE_ROW) == (200, {"predictions": [0]})


def test_deleting_leaves_nothing(user: Commands, tmp_path: Path) -> None:
    environ = {**user.environ, "OCI_MLFLOW_HOME": str(tmp_path / "home")}
    alone = Commands(tmp_path, environ)
    alone.run("oci-mlflow", "demo")

    done = alone.run("oci-mlflow", "demo", "--delete")

    left = [path for path in (tmp_path / "home").rglob("*") if path.is_file() and path.suffix != ".lock"]
    assert left == []
    assert done.err.endswith("Everything that the demo made is removed.\n")
    assert alone.mlflow("list", "-t", LOCAL).out == "List of all deployments:\n(none)\n"
    assert alone.run("oci-mlflow", "demo", "--delete").code == 0
