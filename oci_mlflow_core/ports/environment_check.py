"""Looking at an environment before it is published."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from typing import Protocol

from oci_mlflow_core.model.artifact import FetchedModel
from oci_mlflow_core.model.environment import EnvironmentRequest
from oci_mlflow_core.model.pack import BuiltPrefix
from oci_mlflow_core.ports.progress_sink import Step


class EnvironmentCheck(Protocol):
    """Finds out whether a built environment will serve the model, while its pack is being written.

    1. What would fail in the service raises `BuildError` with the stage 'check' and what to do about it.
    2. What is only worth knowing is returned, one sentence each.
    3. The prefix is as it was afterwards, its times included; nothing is left anywhere else, and nothing that it
       started goes on.
    4. It asks `stopped` at least once a second, and ends soon after that was true, with `CancelledError`.
    5. No code of another platform is run.
    """

    @abstractmethod
    def check(
        self,
        built: BuiltPrefix,
        model: FetchedModel,
        request: EnvironmentRequest,
        step: Step,
        *,
        stopped: Callable[[], bool],
    ) -> tuple[str, ...]:
        """Checks the prefix, in a thread of its own; what it returns is told to the user as notes.

        Args:
            built: Is only read, by others too at the same time.
            model: The files of the model, with the input example that it was logged with.
            request: What the environment was made for.
            step: Told what is being checked.
            stopped: Whether the result is wanted no more.

        Raises:
            BuildError: The environment does not do what it should.
            CancelledError: It was stopped.
            OutOfSpaceError: The disk is full.
        """
