"""What ``mlflow deployments help -t oci-datascience`` prints."""

from __future__ import annotations

import subprocess
import sys

import pytest
from click.testing import CliRunner
from mlflow.deployments.cli import commands as mlflow_deployments

from oci_mlflow_plugin.help import target_help
from oci_mlflow_plugin.options import options_of


@pytest.mark.parametrize("verb", ["create", "update", "delete", "run-local"])
def test_every_option_is_told_with_the_commands_that_take_it(verb: str) -> None:
    told = " ".join(target_help().split())

    for name, doc, _ in options_of(verb):
        _, _, after = told.partition(f" {name} {doc} [")
        assert verb in after.partition("]")[0].partition(";")[0].split(", "), name


def test_defaults_are_told() -> None:
    assert "[create, update, run-local; default 2400]" in " ".join(target_help().split())


def test_the_targets_are_told() -> None:
    told = target_help()

    for target in ("oci-datascience://local ", "oci-datascience:/PROFILE", "oci-datascience://REGION[/PROFILE]"):
        assert f"  {target}" in told


def test_what_mlflow_has_no_command_for_is_told() -> None:
    told = " ".join(target_help().split())

    assert "'oci-mlflow doctor' looks whether a deployment to OCI finds what it needs" in told


def test_no_line_is_too_long_for_a_terminal() -> None:
    assert [line for line in target_help().splitlines() if len(line) > 120] == []


def test_every_command_of_the_help_exists() -> None:
    verbs = {line.split()[2] for line in target_help().splitlines() if line.startswith("  mlflow deployments")}

    assert verbs == {"create", "update", "get", "list", "predict", "delete", "run-local"}


def test_mlflow_prints_it_and_nothing_else() -> None:
    done = CliRunner().invoke(mlflow_deployments, ["help", "-t", "oci-datascience"])

    assert done.output == f"{target_help()}\n"


def test_making_it_imports_nothing_heavy() -> None:
    script = (
        "import sys; from oci_mlflow_plugin.help import target_help; target_help(); "
        "print(sorted({'mlflow', 'pandas', 'rich', 'cattrs', 'ruamel', 'oci'} & set(sys.modules)))"
    )

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"
