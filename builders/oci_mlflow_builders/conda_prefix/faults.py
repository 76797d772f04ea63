"""Why a prefix cannot be made independent of its place."""

from __future__ import annotations


class SettlingError(Exception):
    """What is wrong with which file of the prefix, and what can be done."""

    def __init__(self, reason: str, hint: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.hint = hint
