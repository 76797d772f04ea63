"""A check of environments that finds what it is told to find."""

from __future__ import annotations

from collections.abc import Callable

import attrs

from oci_mlflow_core.errors import BuildError
from oci_mlflow_core.model.artifact import FetchedModel
from oci_mlflow_core.model.environment import EnvironmentRequest
from oci_mlflow_core.model.pack import BuiltPrefix
from oci_mlflow_core.ports.environment_check import EnvironmentCheck
from oci_mlflow_core.ports.progress_sink import Step


@attrs.define
class MemoryEnvironmentCheck(EnvironmentCheck):
    """Remembers what was checked; passes every environment unless it is told otherwise."""

    #: What is wrong with every environment; empty for nothing.
    fault: str = ""
    notes: tuple[str, ...] = ()
    checked: list[BuiltPrefix] = attrs.field(factory=list)

    def check(
        self,
        built: BuiltPrefix,
        model: FetchedModel,  # noqa: ARG002 - of no interest here
        request: EnvironmentRequest,  # noqa: ARG002 - as above
        step: Step,
        *,
        stopped: Callable[[], bool],  # noqa: ARG002 - takes no time
    ) -> tuple[str, ...]:
        """Finds what it was told to find.

        Raises:
            BuildError: It was told to.
        """
        self.checked.append(built)
        step.says("importing mlflow")
        if self.fault:
            raise BuildError(builder=built.lock.builder, stage="check", reason=self.fault)
        return self.notes
