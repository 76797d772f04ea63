"""A step of what nobody is told."""

from __future__ import annotations

from oci_mlflow_core.ports.progress_sink import Step


class QuietStep(Step):
    """Says nothing."""

    def says(self, text: str) -> None:
        """Nothing."""

    def moved(self, done: int, total: int | None) -> None:
        """Nothing."""

    def done(self, outcome: str) -> None:
        """Nothing."""
