"""The command as a whole."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

COMMANDS = [
    *("demo", "init", "validate", "schema", "plan", "predict"),
    *("activate", "deactivate", "logs", "shapes", "doctor"),
    *("lock", "packs", "builders", "version"),
]


def test_help_lists_every_command_with_a_sentence(run: Any) -> None:
    lines = run("--help").stdout.split("Commands:\n")[1].splitlines()

    assert [line.split()[0] for line in lines] == COMMANDS
    assert all(len(line.split()) > 3 and line.endswith(".") and not line.endswith("...") for line in lines)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(run: Any, name: str) -> None:
    done = run(name, "--help")

    assert done.exit_code == 0
    assert done.stdout.startswith(f"Usage: oci-mlflow {name}")


def test_a_misspelt_command_is_told_the_nearest(run: Any) -> None:
    done = run("pedict")

    assert done.exit_code == 2
    assert done.stderr.splitlines()[-1] == "Error: No such command 'pedict'. Did you mean 'predict'?"


def test_a_command_that_is_near_to_none_is_told_so(run: Any) -> None:
    done = run("xyz")

    assert done.exit_code == 2
    assert done.stderr.splitlines()[-1] == "Error: No such command 'xyz'."


def test_an_unknown_option_is_a_usage_error(run: Any) -> None:
    assert run("validate", "--nope", "x").exit_code == 2


def test_help_imports_nothing_heavy() -> None:
    script = (
        "import sys; from oci_mlflow_plugin.cli import main\n"
        "try: main(['--help'])\nexcept SystemExit: pass\n"
        "print(sorted({'mlflow', 'pandas', 'numpy', 'rich', 'cattrs', 'ruamel', 'oci'} & set(sys.modules)))"
    )

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert done.stdout.splitlines()[-1] == "[]"
