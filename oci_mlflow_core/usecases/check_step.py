"""What the check of an environment says while its pack is being written."""

from __future__ import annotations

import attrs

from oci_mlflow_core.ports.progress_sink import Step


@attrs.frozen
class CheckStep(Step):
    """Hands on what is being checked; the bytes and the outcome that are shown are those of the pack."""

    step: Step

    def says(self, text: str) -> None:
        self.step.says(f"packing, publishing and checking: {text}")

    def moved(self, done: int, total: int | None) -> None:
        """Not shown."""

    def done(self, outcome: str) -> None:
        """Not shown."""
