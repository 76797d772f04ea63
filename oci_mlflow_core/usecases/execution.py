"""Taking the steps of a plan: with progress, and with everything taken back when one of them fails."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from oci_mlflow_core.errors import CancelledError, DeploymentError
from oci_mlflow_core.planning.plan import Step as PlannedStep
from oci_mlflow_core.ports.progress_sink import Step
from oci_mlflow_core.usecases.ports import Ports
from oci_mlflow_core.usecases.undo import UndoLog

_S = TypeVar("_S", bound=PlannedStep)


def carry_out(ports: Ports, steps: Iterable[_S], take: Callable[[_S, Step], None], undo: UndoLog) -> None:
    """Takes the steps in order; when one fails, takes back what was made and lets the failure pass on.

    Raises:
        CancelledError: The user pressed Ctrl-C.
    """
    title = "starting"
    try:
        for planned in steps:
            title = planned.title
            with ports.progress.step(title) as step:
                take(planned, step)
    except KeyboardInterrupt:
        cancelled = CancelledError(f"at the step '{title}'")
        cancelled.leftovers = undo.roll_back()
        cancelled.hint = "What it had made was taken back, unless it is listed; the same command can be run again."
        raise cancelled from None
    except DeploymentError as failure:
        failure.leftovers = (*failure.leftovers, *undo.roll_back())
        raise
    except BaseException:
        undo.roll_back()
        raise
