"""What others say while a pack is being written: the check of its environment, the store that it goes to."""

from __future__ import annotations

import attrs

from oci_mlflow_core.ports.progress_sink import Step


@attrs.frozen
class BesideStep(Step):
    """Hands on what is said; the bytes and the outcome that are shown are those of the packer."""

    step: Step
    #: Stands before what is said.
    about: str = ""

    def says(self, text: str) -> None:
        self.step.says(f"{self.about}{text}")

    def moved(self, done: int, total: int | None) -> None:
        """Not shown."""

    def done(self, outcome: str) -> None:
        """Not shown."""
