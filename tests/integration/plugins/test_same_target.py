"""Another distribution called oci-mlflow, which claims the same target."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from commands import LOCAL, Commands, quiet_environ

#: As small as MLflow allows.
_MODULE = """
from mlflow.deployments import BaseDeploymentClient

def run_local(name, model_uri, flavor=None, config=None):
    print("the other one runs")

def target_help():
    return "the other one helps"

class OtherClient(BaseDeploymentClient):
    def create_deployment(self, *a, **k): ...
    def update_deployment(self, *a, **k): ...
    def delete_deployment(self, *a, **k): ...
    def list_deployments(self, *a, **k): return ["the other one lists"]
    def get_deployment(self, *a, **k): ...
    def predict(self, *a, **k): ...
"""
_PYPROJECT = """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "oci-mlflow"
version = "1.0.3"

[project.entry-points."mlflow.deployments"]
oci-datascience = "other_plugin"

[tool.hatch.build.targets.wheel]
packages = ["other_plugin"]
"""
_INSTALLED = "oci-mlflow 1.0.3 is installed too, and it claims the target 'oci-datascience' as oci-mlflow-plugin does; "
_ADVICE = "and any later installation may change that. Keep one of them: python -m pip uninstall oci-mlflow\n"
OURS_WINS = f"note: {_INSTALLED}'mlflow deployments' uses oci-mlflow-plugin now, {_ADVICE}"
THEIRS_WINS = f"note: {_INSTALLED}'mlflow deployments' uses oci-mlflow now, {_ADVICE}"


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """A folder with the other distribution installed in it."""
    source, target = tmp_path / "source", tmp_path / "installed"
    (source / "other_plugin").mkdir(parents=True)
    (source / "pyproject.toml").write_text(_PYPROJECT)
    (source / "other_plugin" / "__init__.py").write_text(_MODULE)
    command = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--python", sys.executable]
    options = ["--no-deps", "--no-build-isolation", "--offline", "--no-cache", "--target", str(target)]
    subprocess.run([*command, *options, str(source)], check=True)
    return target


@pytest.fixture
def both(tmp_path: Path, target: Path) -> Commands:
    """The other one is found first, so that MLflow, which takes the last, takes ours."""
    return Commands(tmp_path, quiet_environ(tmp_path, PYTHONPATH=str(target)))


@pytest.fixture
def other_wins(tmp_path: Path, target: Path) -> Commands:
    """The other one is found last."""
    late = tmp_path / "late"
    late.mkdir()
    (late / "sitecustomize.py").write_text(f"import sys; sys.path.append({str(target)!r})\n")
    return Commands(tmp_path, quiet_environ(tmp_path, PYTHONPATH=str(late)))


def test_help_explains_on_stderr_and_still_helps(both: Commands) -> None:
    done = both.mlflow("help", "-t", "oci-datascience")

    assert done.out.startswith("Deploys MLflow models to OCI Data Science")
    assert OURS_WINS in done.err


def test_a_command_explains_once(both: Commands) -> None:
    done = both.mlflow("list", "-t", LOCAL)

    assert done.out == "List of all deployments:\n(none)\n"
    assert done.err.count("is installed too") == 1


def test_clients_of_one_process_explain_once(both: Commands) -> None:
    done = both.python(
        "from mlflow.deployments import get_deploy_client as c\n"
        f"c('{LOCAL}'), c('{LOCAL}'), c('oci-datascience')"
    )  # fmt: skip

    assert done.err.count("is installed too") == 1


def test_version_explains_when_ours_is_used(both: Commands) -> None:
    assert both.run("oci-mlflow", "version").err == OURS_WINS


def test_version_explains_when_the_other_is_used(other_wins: Commands) -> None:
    listed = other_wins.mlflow("list", "-t", LOCAL)

    told = other_wins.run("oci-mlflow", "version").err

    assert "the other one lists" in listed.out
    assert told == THEIRS_WINS


def test_importing_mlflow_explains_nothing(both: Commands) -> None:
    done = both.python("import mlflow, mlflow.deployments, oci_mlflow_plugin.entry")

    assert "installed too" not in done.err


def test_without_it_nothing_is_explained(tmp_path: Path) -> None:
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}

    done = Commands(tmp_path, environ).run("oci-mlflow", "version")

    assert done.err == ""
