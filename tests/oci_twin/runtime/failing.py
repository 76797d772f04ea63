"""Why a deployment cannot be served."""

from __future__ import annotations


class CannotServe(Exception):
    """The deployment will never answer; `reason` is one sentence, `log_lines` go to the work request's log."""

    def __init__(self, reason: str, log_lines: tuple[str, ...] = ()) -> None:
        super().__init__(reason)
        self.reason = reason
        self.log_lines = log_lines


class Stopped(Exception):
    """The generation was stopped before it was ready."""
