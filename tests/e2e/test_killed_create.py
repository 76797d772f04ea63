"""A create that is killed at any step boundary, followed by the same command."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
from commands import LOCAL, REFERENCE_ROW, Commands, assert_nothing_left, post, shown

#: Runs the create of the command line with a progress sink that kills the process when a step begins or has ended.
KILLED = """
import os, signal, sys
from contextlib import contextmanager

from oci_mlflow_core.model.target import Target
from oci_mlflow_core.usecases.create_deployment import create_deployment
from oci_mlflow_core.usecases.requests import CreateDeployment
from oci_mlflow_plugin.composition import compose
from oci_mlflow_plugin.options import parse_options
from oci_mlflow_plugin.progress.plain_lines import PlainLines
from oci_mlflow_plugin.adapters.home.clock import SystemClock
from oci_mlflow_plugin.verbs import loaded_spec

boundary = int(sys.argv[1])
passed = 0


def cross():
    global passed
    if passed == boundary:
        os.kill(os.getpid(), signal.SIGKILL)
    passed += 1


class Killing(PlainLines):
    @contextmanager
    def step(self, title):
        cross()
        with super().step(title) as step:
            yield step
        cross()


options = parse_options("create", {"deploy-config-file": sys.argv[2]})
ports = compose(Target(region="local"), options.command, progress=Killing(SystemClock()))
request = CreateDeployment(name="cancer", model_uri="models:/cancer/1", loaded=loaded_spec(options))
create_deployment(ports, request)
print("boundaries:", passed)
"""


@pytest.fixture(scope="module")
def boundaries(store: Commands, tmp_path_factory: pytest.TempPathFactory) -> int:
    """How many step boundaries a create has, once the pack is published."""
    deploy = tmp_path_factory.mktemp("deploy") / "deploy.yaml"
    deploy.write_text(DEPLOY)
    done = store.run("python", "-W", "ignore", "-c", KILLED, "-1", str(deploy))
    store.mlflow("delete", "-t", LOCAL, "--name", "cancer")
    return int(done.out.rpartition(":")[2])


DEPLOY = """\
kind: deployment
spec:
  runtime:
    kind: runtime
    type: conda
    spec:
      uri:
        name: killed
        destination: oci://packs@team/killed
"""


def test_a_create_has_more_than_a_handful_of_boundaries(boundaries: int) -> None:
    assert boundaries >= 8


@pytest.mark.parametrize("boundary", range(12))
def test_the_same_command_succeeds_after_a_kill(boundary: int, boundaries: int, local: Commands, scratch: Path) -> None:
    if boundary >= boundaries:
        pytest.skip(f"a create has {boundaries} boundaries")
    deploy = scratch / "deploy.yaml"
    deploy.write_text(DEPLOY)
    local.run("python", "-W", "ignore", "-c", KILLED, str(boundary), str(deploy), code=-signal.SIGKILL)

    local.mlflow(
        "create", "-t", LOCAL, "--name", "cancer", "-m", "models:/cancer/1", "-C", f"deploy-config-file={deploy}"
    )

    found = shown(local.mlflow("get", "-t", LOCAL, "--name", "cancer").out)
    assert post(f"{found['url']}/predict", REFERENCE_ROW) == (200, {"predictions": [0]})
    assert len(local.mlflow("list", "-t", LOCAL).out.splitlines()) == 3
    local.mlflow("delete", "-t", LOCAL, "--name", "cancer")
    assert_nothing_left(local)


def test_delete_alone_cleans_up_after_a_kill(boundaries: int, local: Commands, scratch: Path) -> None:
    deploy = scratch / "deploy.yaml"
    deploy.write_text(DEPLOY)
    local.run("python", "-W", "ignore", "-c", KILLED, str(boundaries - 2), str(deploy), code=-signal.SIGKILL)

    local.mlflow("delete", "-t", LOCAL, "--name", "cancer")

    assert_nothing_left(local)
