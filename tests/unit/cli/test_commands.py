"""``plan``, ``predict`` and ``version``, as far as they need no deployment."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

LOCAL = ("-t", "oci-datascience://local")
NAMED = (*LOCAL, "--name", "x")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("plan", "create", *NAMED), "Error: 'create' needs a model: -m URI."),
        (("plan", "delete", *NAMED, "-m", "models:/x/1"), "Error: 'delete' takes no model: leave -m out."),
        (
            ("plan", "create", *NAMED, "-m", "models:/x/1", "-C", "port"),
            "Error: Invalid value for '-C': expected NAME=VALUE, got 'port'",
        ),
        (
            ("plan", "create", *NAMED, "-m", "models:/x/1", "-C", "port=1", "-C", "port=2"),
            "Error: Invalid value for '-C': 'port' is given twice",
        ),
        (("predict", *NAMED), "Error: Give the data with one of -I and --data."),
        (
            ("lock", *LOCAL, "-m", "models:/x/1", "-f", "deploy.yaml", "-C", "deploy-config-file=deploy.yaml"),
            "Error: The deployment file is given twice, by -f and by -C deploy-config-file.",
        ),
        (("lock", *LOCAL), "Error: Missing option '-m' / '--model-uri'."),
        (("packs", "lst"), "Error: No such command 'lst'. Did you mean 'list'?"),
        (("packs", "prune"), "Error: Missing option '--max-size'."),
        (
            ("logs", *NAMED, "--since", "soon"),
            ("Error: Invalid value for '--since': expected a length of time such as 90s, 15m, 2h or 1d, got 'soon'"),
        ),
        (("predict", *NAMED, "--data", "[1]", "-I", "rows.json"), "Error: Give the data with one of -I and --data."),
        (
            ("predict", *NAMED, "--data", "[1]", "--content-type", "csv"),
            "Error: --data is JSON, so '--content-type csv' means nothing here.",
        ),
        (
            ("predict", *NAMED, "--data", "[1]", "--params", "[1]"),
            "Error: Invalid value for '--params': expected a JSON object of names and values",
        ),
        (
            ("predict", *NAMED, "--data", "[1]", "--params", "{a: 1}"),
            (
                "Error: Invalid value for '--params': not JSON: Expecting property name enclosed in double quotes: "
                "line 1 column 2 (char 1)"
            ),
        ),
    ],
)
def test_a_wrong_use_is_told_with_exit_code_2(run: Any, arguments: tuple[str, ...], message: str) -> None:
    done = run(*arguments)

    assert done.exit_code == 2
    assert done.stderr.splitlines()[-1] == message


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ("plan", "delete", *NAMED, "-C", "dry-rum=1"),
            "Error: -C dry-rum: unknown option, did you mean 'dry-run'?\n",
        ),
        (
            ("plan", "update", *NAMED),
            "Error: no deployment is called 'x'\nHint: There are no deployments there.\n",
        ),
        (
            ("plan", "delete", "-t", "oci-datascience://local/P", "--name", "x"),
            (
                "Error: oci-datascience://local/P: 'local' is this machine and has no profile; "
                "use oci-datascience://local\n"
            ),
        ),
        (
            ("predict", *NAMED, "--data", "[1]"),
            "Error: no deployment is called 'x'\nHint: There are no deployments there.\n",
        ),
        (("predict", *NAMED, "-I", "rows.csv"), "Error: rows.csv: No such file or directory\n"),
        (("activate", *NAMED), "Error: no deployment is called 'x'\nHint: There are no deployments there.\n"),
        (("deactivate", *NAMED, "-C", "port=1"), "Error: -C port: not an option of 'deactivate'\n"),
        (
            ("lock", *LOCAL, "-m", "models:/x/1", "-C", "wait=true"),
            "Error: -C wait: not an option of 'lock'\n",
        ),
        (
            ("lock", *LOCAL, "-m", "models:/x/1", "-f", "nowhere.yaml"),
            (
                "Error: nowhere.yaml: there is no such file\n"
                "Hint: Check the path; 'oci-mlflow init' writes a file to begin with.\n"
            ),
        ),
        (("logs", *NAMED), "Error: no deployment is called 'x'\nHint: There are no deployments there.\n"),
        (
            ("shapes", *LOCAL),
            (
                "Error: this machine has no compute shapes: a deployment here takes what the machine has\n"
                "Hint: The shapes of a region are listed with -t oci-datascience://REGION.\n"
            ),
        ),
        (
            ("doctor", *LOCAL),
            (
                "Error: a deployment on this machine needs nothing of OCI that could be looked at\n"
                "Hint: 'oci-mlflow plan create' shows what a create on this machine would do.\n"
            ),
        ),
    ],
)
def test_what_cannot_be_done_is_told_with_exit_code_1(run: Any, arguments: tuple[str, ...], message: str) -> None:
    done = run(*arguments)

    assert (done.exit_code, done.stdout, done.stderr) == (1, "", message)


def test_the_plan_to_delete_what_is_not_there_is_to_do_nothing(run: Any) -> None:
    done = run("plan", "delete", *NAMED)

    assert done.stdout == "plan to delete 'x':\n  nothing to do\n"


def test_the_environment_may_name_the_target(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_DEPLOYMENTS_TARGET", "oci-datascience://local")

    assert run("plan", "delete", "--name", "x").exit_code == 0


def test_without_a_target_the_variable_is_named_too(run: Any) -> None:
    done = run("plan", "delete", "--name", "x")

    assert done.exit_code == 2
    assert "Missing option '-t' / '--target'" in done.stderr


def test_version_tells_what_is_installed(run: Any, tmp_path: Path) -> None:
    lines = run("version").stdout.splitlines()

    assert f"oci-mlflow-plugin {version('oci-mlflow-plugin')}" in lines
    assert f"mlflow {version('mlflow')}" in lines
    assert f"uv {version('uv')}" in lines
    assert lines[-1].startswith("CPython 3.")
    assert list(tmp_path.iterdir()) == []
