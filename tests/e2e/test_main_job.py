"""A model of the registry from create to delete, through MLflow's own command."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from commands import LOCAL, REFERENCE_ROW, Commands, Done, post, shown
from typing_extensions import Self

from oci_mlflow_core.model.deployment import Deployment

VALUES = dict(zip(REFERENCE_ROW["columns"], REFERENCE_ROW["data"][0], strict=True))


@pytest.fixture(scope="module")
def created(store: Commands, deploy_file: Path) -> Iterator[Done]:
    """What the create command said; what it made serves for the tests that only look."""
    yield store.mlflow(
        "create", "-t", LOCAL, "--name", "cancer", "-m", "models:/cancer@champion",
        "--config", f"deploy-config-file={deploy_file}",
    )  # fmt: skip
    store.home.delete("cancer")
    store.home.assert_nothing_left()


@pytest.fixture
def cancer(created: Done, store: Commands) -> Deployment:
    assert created.code == 0
    return store.home.get("cancer")


def test_create_prints_what_mlflow_prints_and_nothing_else_on_stdout(created: Done) -> None:
    assert created.out == "\npython_function deployment cancer is created\n"


def test_the_deployment_answers_the_documented_row_as_documented(cancer: Deployment) -> None:
    answer = post(f"{cancer.url}/predict", REFERENCE_ROW)

    assert answer == (200, {"predictions": [0]})


def test_get_shows_the_pinned_version_behind_the_alias(cancer: Deployment, store: Commands) -> None:
    got = shown(store.mlflow("get", "-t", LOCAL, "--name", "cancer").out)

    assert (got["name"], got["state"], got["model_uri"], got["flavor"], got["url"]) == (
        "cancer",
        "ACTIVE",
        "models:/cancer/1",
        "python_function",
        cancer.url,
    )


def test_list_prints_a_table(cancer: Deployment, store: Commands) -> None:
    title, header, row = store.mlflow("list", "-t", LOCAL).out.splitlines()

    assert title == "List of all deployments:"
    assert header.split() == ["NAME", "STATE", "URL", "MODEL", "URI", "REGISTRY", "ID"]
    assert row.split() == ["cancer", "ACTIVE", cancer.url, "models:/cancer/1", "@champion", cancer.id]


@pytest.mark.parametrize(
    "payload",
    [
        {"dataframe_split": REFERENCE_ROW},
        [VALUES],
        {"inputs": {key: [value] for key, value in VALUES.items()}},
    ],
    ids=["dataframe_split", "records", "inputs"],
)
def test_mlflows_predict_command_reads_every_form(
    payload: object, cancer: Deployment, store: Commands, scratch: Path
) -> None:
    (scratch / "input.json").write_text(json.dumps(payload))

    done = store.mlflow("predict", "-t", LOCAL, "--name", cancer.name, "-I", str(scratch / "input.json"))

    assert json.loads(done.out) == {"predictions": [0]}


def test_a_dry_run_of_delete_deletes_nothing(cancer: Deployment, store: Commands) -> None:
    done = store.mlflow("delete", "-t", LOCAL, "--name", "cancer", "--config", "dry-run=true")

    assert "dry run: nothing was deleted, whatever MLflow prints next" in done.err
    assert post(f"{cancer.url}/predict", REFERENCE_ROW) == (200, {"predictions": [0]})


def test_a_second_create_of_the_name_is_refused(cancer: Deployment, store: Commands) -> None:
    done = store.mlflow("create", "-t", LOCAL, "--name", "cancer", "-m", "models:/cancer/1", code=1)

    assert done.err == (
        f"Error: a deployment called 'cancer' exists already ({cancer.id}, ACTIVE)\n"
        "Hint: Change it with 'mlflow deployments update', or remove it with 'mlflow deployments delete' first.\n"
    )


def test_update_with_nothing_to_change_says_so(cancer: Deployment, store: Commands, deploy_file: Path) -> None:
    done = store.mlflow("update", "-t", LOCAL, "--name", "cancer", "--config", f"deploy-config-file={deploy_file}")

    assert "deployment 'cancer' is as it should be; nothing was changed" in done.err


def test_a_dry_run_creates_nothing_and_says_so(local: Commands, deploy_file: Path) -> None:
    done = local.mlflow(
        "create", "-t", LOCAL, "--name", "other", "-m", "models:/cancer@champion",
        "-C", f"deploy-config-file={deploy_file}", "-C", "dry-run=true",
    )  # fmt: skip

    assert "python_function deployment other (dry run, nothing was created) is created" in done.out
    assert "create the deployment 'other'" in done.err
    assert "other" not in local.home.names()


def test_updates_keep_the_url_and_drop_no_request_and_delete_may_be_repeated(
    local: Commands, deploy_file: Path
) -> None:
    local.mlflow("create", "-t", LOCAL, "--name", "live", "-m", "models:/cancer/1")
    before = local.home.get("live")
    with Caller(before.url) as caller:
        to_other_model = local.mlflow("update", "-t", LOCAL, "--name", "live", "-m", "models:/cancer/2")
    after = local.home.get("live")
    answer = post(f"{after.url}/predict", REFERENCE_ROW)
    to_two_workers = local.mlflow(
        "update", "-t", LOCAL, "--name", before.id, "-C", "spec.infrastructure.spec.webConcurrency=2"
    )
    deleted = [local.mlflow("delete", "-t", LOCAL, "--name", "live") for _ in range(2)]

    assert "Deployment live is updated (with flavor python_function)" in to_other_model.out
    assert {status for status, _ in caller.answers} == {200}
    assert (after.url, after.model_uri, answer) == (before.url, "models:/cancer/2", (200, {"predictions": [1]}))
    assert "WEB_CONCURRENCY: (none) → 2" in to_two_workers.err
    assert [done.out.strip() for done in deleted] == ["Deployment live is deleted"] * 2
    assert "no deployment is called 'live'; there was nothing to delete" in deleted[1].err


class Caller:
    """Calls a deployment again and again for the time of a context."""

    def __init__(self, url: str) -> None:
        self.answers: list[tuple[int, object]] = []
        self._url = url
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._call)

    def _call(self) -> None:
        while not self._ended.wait(0.05):
            self.answers.append(post(f"{self._url}/predict", REFERENCE_ROW))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_failure: object) -> None:
        self._ended.set()
        self._thread.join()
