"""A model of the registry from create to delete, through MLflow's own command."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest
from commands import LOCAL, REFERENCE_ROW, Commands, post, shown


@pytest.fixture
def cancer(local: Commands, deploy_file: Path) -> dict[str, str]:
    local.mlflow(
        "create", "-t", LOCAL, "--name", "cancer", "-m", "models:/cancer@champion",
        "--config", f"deploy-config-file={deploy_file}",
    )  # fmt: skip
    return dict(shown(local.mlflow("get", "-t", LOCAL, "--name", "cancer").out))


def test_create_prints_what_mlflow_prints_and_nothing_else_on_stdout(local: Commands, deploy_file: Path) -> None:
    done = local.mlflow(
        "create", "-t", LOCAL, "--name", "cancer", "-m", "models:/cancer@champion",
        "--config", f"deploy-config-file={deploy_file}",
    )  # fmt: skip

    assert done.out == "\npython_function deployment cancer is created\n"


def test_the_deployment_answers_the_documented_row_as_documented(cancer: dict[str, str]) -> None:
    answer = post(f"{cancer['url']}/predict", REFERENCE_ROW)

    assert answer == (200, {"predictions": [0]})


def test_get_shows_the_pinned_version_behind_the_alias(cancer: dict[str, str]) -> None:
    assert (
        cancer["name"],
        cancer["state"],
        cancer["model_uri"],
        cancer["flavor"],
    ) == ("cancer", "ACTIVE", "models:/cancer/1", "python_function")


def test_list_prints_a_table(cancer: dict[str, str], local: Commands) -> None:
    done = local.mlflow("list", "-t", LOCAL)

    title, header, row = done.out.splitlines()
    assert title == "List of all deployments:"
    assert header.split() == ["NAME", "STATE", "URL", "MODEL", "URI", "ID"]
    assert ["cancer", "ACTIVE", cancer["url"], "models:/cancer/1", cancer["id"]] == row.split()


@pytest.mark.parametrize(
    "payload",
    [
        {"dataframe_split": REFERENCE_ROW},
        {"dataframe_records": [dict(zip(REFERENCE_ROW["columns"], REFERENCE_ROW["data"][0], strict=True))]},
        [dict(zip(REFERENCE_ROW["columns"], REFERENCE_ROW["data"][0], strict=True))],
        {
            "inputs": {
                key: [value] for key, value in zip(REFERENCE_ROW["columns"], REFERENCE_ROW["data"][0], strict=True)
            }
        },
    ],
    ids=["dataframe_split", "dataframe_records", "records", "inputs"],
)
def test_mlflows_predict_command_reads_every_form(
    payload: object, cancer: dict[str, str], local: Commands, scratch: Path
) -> None:
    (scratch / "input.json").write_text(json.dumps(payload))

    done = local.mlflow("predict", "-t", LOCAL, "--name", cancer["name"], "-I", str(scratch / "input.json"))

    assert json.loads(done.out) == {"predictions": [0]}


def test_update_to_another_version_keeps_the_url_and_drops_no_request(cancer: dict[str, str], local: Commands) -> None:
    answers: list[tuple[int, object]] = []
    ended = threading.Event()

    def call() -> None:
        while not ended.wait(0.05):
            answers.append(post(f"{cancer['url']}/predict", REFERENCE_ROW))

    caller = threading.Thread(target=call)
    caller.start()
    try:
        done = local.mlflow("update", "-t", LOCAL, "--name", "cancer", "-m", "models:/cancer/2")
    finally:
        ended.set()
        caller.join()

    assert "Deployment cancer is updated (with flavor python_function)" in done.out
    assert {200} == {status for status, _ in answers}
    after = shown(local.mlflow("get", "-t", LOCAL, "--name", "cancer").out)
    assert (cancer["url"], "models:/cancer/2") == (after["url"], after["model_uri"])
    assert post(f"{cancer['url']}/predict", REFERENCE_ROW) == (200, {"predictions": [1]})


def test_update_with_nothing_to_change_says_so(cancer: dict[str, str], local: Commands, deploy_file: Path) -> None:
    done = local.mlflow(
        "update", "-t", LOCAL, "--name", cancer["name"], "--config", f"deploy-config-file={deploy_file}"
    )

    assert "deployment 'cancer' is as it should be; nothing was changed" in done.err


def test_update_of_a_setting_by_the_command_line_alone(cancer: dict[str, str], local: Commands) -> None:
    done = local.mlflow(
        "update", "-t", LOCAL, "--name", cancer["id"], "-C", "spec.infrastructure.spec.webConcurrency=2"
    )

    assert "WEB_CONCURRENCY: (none) → 2" in done.err
    assert post(f"{cancer['url']}/predict", REFERENCE_ROW) == (200, {"predictions": [0]})


def test_delete_twice_is_no_error(cancer: dict[str, str], local: Commands) -> None:
    first = local.mlflow("delete", "-t", LOCAL, "--name", cancer["name"])
    second = local.mlflow("delete", "-t", LOCAL, "--name", cancer["name"])

    assert [first.out.strip(), second.out.strip()] == ["Deployment cancer is deleted"] * 2
    assert "no deployment is called 'cancer'; there was nothing to delete" in second.err


def test_a_dry_run_creates_nothing_and_says_so(local: Commands, deploy_file: Path) -> None:
    done = local.mlflow(
        "create", "-t", LOCAL, "--name", "cancer", "-m", "models:/cancer@champion",
        "-C", f"deploy-config-file={deploy_file}", "-C", "dry-run=true",
    )  # fmt: skip

    assert "python_function deployment cancer (dry run, nothing was created) is created" in done.out
    assert "create the deployment 'cancer'" in done.err
    assert local.mlflow("list", "-t", LOCAL).out == "List of all deployments:\n(none)\n"


def test_a_dry_run_of_delete_deletes_nothing(cancer: dict[str, str], local: Commands) -> None:
    done = local.mlflow("delete", "-t", LOCAL, "--name", "cancer", "--config", "dry-run=true")

    assert "dry run: nothing was deleted, whatever MLflow prints next" in done.err
    assert shown(local.mlflow("get", "-t", LOCAL, "--name", "cancer").out)["state"] == "ACTIVE"
    assert post(f"{cancer['url']}/predict", REFERENCE_ROW) == (200, {"predictions": [0]})


def test_a_second_create_of_the_name_is_refused(cancer: dict[str, str], local: Commands) -> None:
    done = local.mlflow("create", "-t", LOCAL, "--name", "cancer", "-m", "models:/cancer/1", code=1)

    assert (
        f"Error: a deployment called 'cancer' exists already ({cancer['id']}, ACTIVE)\n"
        "Hint: Change it with 'mlflow deployments update', or remove it with 'mlflow deployments delete' first.\n"
    ) == done.err
