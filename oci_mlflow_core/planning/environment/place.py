"""Where in a model's environment files something stands."""

from __future__ import annotations

import re

import attrs

_CREDENTIALS = re.compile(r"(?<=://)[^/@\s]+@")


@attrs.frozen
class Place:
    """A position in one of the files, for messages."""

    source: str
    #: 1-based.
    line: int
    #: 1-based.
    column: int

    def __str__(self) -> str:
        return f"{self.source}:{self.line}:{self.column}"


@attrs.frozen
class PlacedText:
    """A piece of a file and where it stands."""

    text: str
    place: Place


class EnvironmentFileError(Exception):
    """A file cannot be understood or contradicts another; `UnusableEnvironmentError` once the model is known."""

    def __init__(self, place: Place | str, message: str, hint: str = "") -> None:
        super().__init__(f"{place}: {message}")
        self.reason = f"{place}: {message}"
        self.hint = hint


def without_credentials(text: str) -> str:
    """`text` with ``user:password@`` of every URL replaced by ``***@``."""
    return _CREDENTIALS.sub("***@", text)
