"""The fenced blocks of the documentation's pages, for tests that do what stands there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import attrs

ROOT = Path(__file__).parents[1]


@attrs.frozen
class Block:
    """A fenced block of a page."""

    language: str
    text: str
    #: The heading that it stands under.
    heading: str


def blocks(page: Path) -> Iterator[Block]:
    """All of a page, in order."""
    heading = ""
    for found in re.finditer(
        r"^#+ (?P<heading>[^\n]+)$|^```(?P<language>[a-z{}-]*)\n(?P<text>.*?)^```$",
        page.read_text(encoding="utf-8"),
        re.MULTILINE | re.DOTALL,
    ):
        if found["heading"]:
            heading = found["heading"]
        else:
            yield Block(found["language"], found["text"], heading)


def block(page: str, heading: str, language: str) -> str:
    """The one block of that language under that heading of a page below ``docs/``."""
    (found,) = [one.text for one in blocks(ROOT / "docs" / page) if (one.heading, one.language) == (heading, language)]
    return found
