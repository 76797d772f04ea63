"""Programs are run to their end, and what they print holds no credential."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from oci_mlflow_builders.commands import Finished, run


def _python(code: str, folder: Path, **options: object) -> Finished:
    return run([sys.executable, "-c", code], environment=os.environ, folder=folder, **options)  # type: ignore[arg-type]


def test_output_errors_and_status_are_kept_apart(tmp_path: Path) -> None:
    finished = _python("import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)", tmp_path)

    assert finished == Finished(status=3, output="out\n", errors="err\n")
    assert not finished.succeeded


def test_lines_are_told_while_it_runs_with_secrets_masked(tmp_path: Path) -> None:
    told: list[str] = []

    _python(
        "import sys; print('https://a:b@c hunter2', file=sys.stderr)",
        tmp_path,
        secrets=["hunter2"],
        on_line=told.append,
    )

    assert told == ["https://****@c ****"]


def test_a_program_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    finished = _python("import time; time.sleep(600)", tmp_path, seconds=0.05)

    assert finished.status is None


def test_the_tail_is_the_last_twenty_lines_that_say_something(tmp_path: Path) -> None:
    finished = _python("for n in range(30): print(n, end='\\n\\n')", tmp_path)

    assert tuple(str(number) for number in range(10, 30)) == finished.tail


def test_it_reads_nothing_from_the_terminal(tmp_path: Path) -> None:
    assert _python("import sys; print(repr(sys.stdin.read()))", tmp_path).output == "''\n"
