"""A create command that is killed while it runs, followed by the same command.

Every single step boundary is crossed in ``integration/local/test_killed_create.py``; here it is MLflow's own command.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from commands import LOCAL, REFERENCE_ROW, Commands, post


@pytest.mark.parametrize("begun", ["build the environment", "create the deployment", "wait until"])
def test_the_same_command_succeeds_after_a_kill(begun: str, local: Commands, deploy_file: Path) -> None:
    command = [
        "create", "-t", LOCAL, "--name", "killed", "-m", "models:/cancer/1",
        "-C", f"deploy-config-file={deploy_file}", "-C", f"spec.runtime.spec.uri.name={begun.replace(' ', '-')}",
    ]  # fmt: skip
    process = local.start("mlflow", "deployments", *command)
    assert process.stderr is not None
    assert any(line.startswith(begun) for line in process.stderr)
    process.kill()
    process.communicate()

    local.mlflow(*command)

    assert post(f"{local.home.get('killed').url}/predict", REFERENCE_ROW) == (200, {"predictions": [0]})
    assert local.home.names() == ["killed"]
    local.home.delete("killed")
    local.home.assert_nothing_left()
