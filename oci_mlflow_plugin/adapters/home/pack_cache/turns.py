"""One after the other, for what several processes want to make at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from oci_mlflow_core.errors import ConflictError
from oci_mlflow_core.ports.clock import Clock
from oci_mlflow_core.ports.progress_sink import Step
from oci_mlflow_plugin.adapters.home.locks import holder_of, locked, locked_within

#: Seconds after which a wait is told again, with who is waited for by then.
_NEWS = 5.0


@contextmanager
def turn_of(path: Path, clock: Clock, step: Step) -> Iterator[bool]:
    """Holds the lock for the time of the context, after whoever has it; gives whether it had to wait.

    Args:
        path: The lock file; its folder exists.
        clock: That waits.
        step: Told who is waited for.
    """
    subject = "the same environment"
    lock, waited = locked(path, subject), False
    with ExitStack() as held:
        while True:
            try:
                held.enter_context(lock)
                break
            except ConflictError:
                waited = True
                holder = holder_of(path)
                step.waits(f"waiting for {holder or 'another command'}, which makes {subject}")
                lock = locked_within(path, subject, clock, _NEWS)
        yield waited
