"""What the real command prints when it is asked for help."""

from __future__ import annotations

from pathlib import Path

from commands import Commands, quiet_environ

from oci_mlflow_plugin.help import target_help


def test_mlflow_prints_the_help_on_stdout_and_has_nothing_to_note(tmp_path: Path) -> None:
    done = Commands(tmp_path, quiet_environ(tmp_path)).mlflow("help", "-t", "oci-datascience")

    assert done.out == f"{target_help()}\n"
    assert "note:" not in done.err
