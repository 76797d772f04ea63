"""Text with halves of characters.

JSON writes a character beyond U+FFFF as two halves, and Python reads each byte of the command line and the environment
that is no UTF-8 as one (PEP 383).
"""

from __future__ import annotations


def joined(text: str) -> str:
    """The text with its pairs of halves made one character; a half without its other half stays."""
    return text if text.isascii() else text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


def fault_of(text: str) -> str | None:
    """What is wrong with text that holds half a character, or None."""
    half = next((char for char in text if "\ud800" <= char <= "\udfff"), None)
    return None if half is None else f"it holds half a character, U+{ord(half):04X}, which is no text"
