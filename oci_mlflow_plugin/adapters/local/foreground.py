"""Deployments that end with the command that made them."""

from __future__ import annotations

import os


class Foreground:
    """A pipe whose writing end this process keeps: supervisors see it close when the process ends, even by ``kill -9``.

    They then end their servers and remove the deployment and its catalog model.
    """

    def __init__(self) -> None:
        self.lifeline, self._kept = os.pipe()

    def close(self) -> None:
        """Lets the deployments end now."""
        os.close(self.lifeline)
        os.close(self._kept)
