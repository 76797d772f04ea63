"""Running the programs that builders drive."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import IO

import attrs

from oci_mlflow_builders.redaction import redact

#: Lines of output that an error shows.
TAIL = 20


@attrs.frozen(kw_only=True)
class Finished:
    """A program that has ended; its output holds no credential."""

    #: Exit status; None where it was ended because its time was up.
    status: int | None
    output: str
    errors: str

    @property
    def succeeded(self) -> bool:
        """Whether it ended by itself, with status 0."""
        return self.status == 0

    @property
    def tail(self) -> tuple[str, ...]:
        """The last lines that it printed, without empty ones."""
        lines = [line.rstrip() for line in f"{self.output}\n{self.errors}".splitlines() if line.strip()]
        return tuple(lines[-TAIL:])


def run(  # noqa: PLR0913 - the knobs of a process, by keyword
    arguments: Sequence[str],
    *,
    environment: Mapping[str, str],
    folder: Path,
    secrets: Iterable[str] = (),
    seconds: float | None = None,
    on_line: Callable[[str], None] | None = None,
) -> Finished:
    """Runs a program to its end and returns what it printed.

    Args:
        arguments: The program and its arguments; never a credential, since other users can list them.
        environment: All variables that it sees.
        folder: Where it runs.
        secrets: Values that are masked wherever they are printed.
        seconds: After that long it is ended; None for no limit.
        on_line: Called with each line of its standard error while it runs, in another thread.

    Raises:
        OSError: The program cannot be started.
    """
    secrets = tuple(secrets)
    with subprocess.Popen(
        list(arguments),
        env=dict(environment),
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
    ) as process:
        printed: list[str] = []
        complained: list[str] = []
        readers = [
            _reader(process.stdout, printed, secrets, None),
            _reader(process.stderr, complained, secrets, on_line),
        ]
        status = _wait(process, seconds)
        for reader in readers:
            reader.join()
    return Finished(status=status, output="".join(printed), errors="".join(complained))


def _wait(process: subprocess.Popen[str], seconds: float | None) -> int | None:
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        return None
    except BaseException:
        process.kill()
        raise


def _reader(
    stream: IO[str] | None, into: list[str], secrets: tuple[str, ...], on_line: Callable[[str], None] | None
) -> threading.Thread:
    def read() -> None:
        for raw in stream or ():
            line = redact(raw, secrets)
            into.append(line)
            if on_line is not None and line.strip():
                on_line(line.strip())

    thread = threading.Thread(target=read, daemon=True)
    thread.start()
    return thread
