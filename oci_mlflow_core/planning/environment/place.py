"""Where in a model's environment files something stands."""

from __future__ import annotations

import re

import attrs

_CREDENTIALS = re.compile(r"(?<=://)[^/@\s]+@")
#: As anaconda.org takes it in the address of a channel.
_TOKEN = re.compile(r"(?<=/t/)[^/\s]+(?=/)")


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
        self.reason = without_credentials(f"{place}: {message}")
        super().__init__(self.reason)
        self.hint = hint


def contradiction(place: Place, text: str, other: Place, other_text: str) -> EnvironmentFileError:
    """What two places ask for cannot both be had."""
    hint = "Log the model again, so that its environment files agree."
    return EnvironmentFileError(place, f"'{text}' contradicts {other}: '{other_text}'", hint)


def without_credentials(text: str) -> str:
    """`text` with ``user:password@`` of every URL replaced by ``***@``, and the token of a channel by ``***``."""
    return _TOKEN.sub("***", _CREDENTIALS.sub("***@", text))
