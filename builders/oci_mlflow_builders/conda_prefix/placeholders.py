"""Texts that stand in a file for the prefix: putting them in, and taking the prefix out again.

Source: conda's ``core/portability.py``: in a text the placeholder is replaced by the prefix wherever it stands; in a
binary file a C string that holds it is padded with zeros at its end, so that nothing else moves.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

#: Stands for the prefix in files that have no placeholder of their package.
OWN = "/opt/oci-mlflow/prefix-of-the-unpacked-pack"
TEXT, BINARY = "text", "binary"


class Placed(NamedTuple):
    """A file that holds a placeholder."""

    #: Relative to the prefix, with slashes.
    path: str
    placeholder: str
    #: `TEXT` or `BINARY`.
    mode: str = TEXT


def is_binary(data: bytes) -> bool:
    """As conda decides it where nobody says."""
    return b"\0" in data


def taken_out(data: bytes, prefix: bytes, placeholder: bytes, mode: str) -> bytes:
    """What the file was before `prefix` came in the place of `placeholder`, if all of it came so."""
    if mode == TEXT:
        return data.replace(prefix, placeholder)
    room = len(placeholder) - len(prefix)
    if room < 0:
        return data
    # A C string that holds the prefix, its end, and the zeros that may have been added.
    string = re.compile(re.escape(prefix) + rb"[^\0]*\0+")

    def restored(match: re.Match[bytes]) -> bytes:
        found = match.group()
        padding = found.count(prefix) * room
        kept = found[: len(found) - padding] if found.endswith(b"\0" * (padding + 1)) else found
        return kept.replace(prefix, placeholder)

    return string.sub(restored, data)


def with_own(data: bytes, homes: Iterable[bytes]) -> bytes:
    """The text with `OWN` for each of the paths, where it is not just the beginning of a longer name."""
    longest_first = sorted(map(re.escape, homes), key=len, reverse=True)
    return re.sub(rb"(?:%s)(?![A-Za-z0-9_-]|\.[A-Za-z0-9])" % b"|".join(longest_first), OWN.encode(), data)
