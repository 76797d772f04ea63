"""Why a deployment cannot be served."""

from __future__ import annotations


class CannotServe(Exception):  # noqa: N818 - what a work request fails with, no mishap of the twin
    """The deployment will never answer; `reason` is one sentence, `log_lines` go to the work request's log."""

    def __init__(self, reason: str, log_lines: tuple[str, ...] = ()) -> None:
        super().__init__(reason)
        self.reason = reason
        self.log_lines = log_lines


class Stopped(Exception):  # noqa: N818 - somebody wanted it so
    """The generation was stopped before it was ready."""
