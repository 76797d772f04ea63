"""Reads the single values of the deployment file."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from pathlib import Path
from typing import Any

from oci_mlflow_core.errors import nearest, one_of
from oci_mlflow_core.spec import kinds, scalars
from oci_mlflow_core.spec.findings import At, Findings

_EXPECTED: dict[type, str] = {kinds.Whole: "a whole number", kinds.Number: "a number", kinds.Flag: "true or false"}
_CONVERTERS: dict[type, Callable[..., Any]] = {
    kinds.Whole: scalars.as_whole,
    kinds.Number: scalars.as_number,
    kinds.Flag: scalars.as_flag,
}


def read_scalar(kind: kinds.Whole | kinds.Number | kinds.Flag, value: object, at: At, findings: Findings) -> Any:  # noqa: ANN401
    """A number or flag, within its limit; None after a fault, as with all of these."""
    given, is_textual = findings.substituted(value, at)
    if given is None:
        return None
    is_textual = is_textual or (isinstance(kind, kinds.Whole) and kind.quotable)
    converted = _CONVERTERS[type(kind)](given, textual=is_textual)
    if converted is None:
        findings.fault(at, f"expected {_EXPECTED[type(kind)]}, got {findings.quote(str(at), given)}")
        return None
    limit = None if isinstance(kind, kinds.Flag) else kind.limit
    return converted if findings.allowed(limit, converted, at) else None


def read_text(kind: kinds.Text, value: object, at: At, findings: Findings) -> str | None:
    """Text within its limit."""
    given, _ = findings.substituted(value, at)
    if given is None:
        return None
    if not isinstance(given, str):
        written = findings.sources.written(at.raw)
        is_whole = scalars.as_whole(given, textual=False) is not None
        if not (kind.takes_whole and is_whole and written in {None, str(given)}):
            findings.fault(at, _not_text(given, written))
            return None
        given = str(given)
    return given if findings.allowed(kind.limit, given, at) else None


def read_path(_: kinds.FilePath, value: object, at: At, findings: Findings) -> Path | None:
    """A path, made absolute against the file's folder; ``~`` is HOME."""
    text = read_text(kinds.Text(), value, at, findings)
    if text is None:
        return None
    home = findings.environ.get("HOME")
    if home and (text == "~" or text.startswith("~/")):
        return Path(home, text[2:])
    return findings.folder / text


def read_choice(kind: kinds.Choice, value: object, at: At, findings: Findings) -> Enum | None:
    """The member that a word names."""
    given, _ = findings.substituted(value, at)
    if given is None:
        return None
    chosen = scalars.as_choice(given, kind.of)
    if chosen is None:
        is_own = str(at) not in findings.from_environment
        findings.fault(at, not_one_of(kind.words, findings.quote(str(at), given), given if is_own else None))
    return chosen


def read_free(_: kinds.Free, value: object, at: At, findings: Findings) -> object:
    """Any plain value."""
    return findings.substituted(value, at)[0]


def not_one_of(words: tuple[str, ...], got: str, word: object) -> str:
    """A sentence for a word that is none of `words`, with the nearest of them where `word` may be looked at."""
    near = nearest(word.lower(), [known.lower() for known in words]) if isinstance(word, str) else None
    meant = next((f"; did you mean '{known}'?" for known in words if known.lower() == near), "")
    return f"expected {one_of(words)}, got {got}{meant}"


def _not_text(value: object, written: str | None) -> str:
    if isinstance(value, dict) and value and all(inner is None for inner in value.values()):
        return "expected text, got a mapping, because YAML reads text that begins with '{' as one; put it in quotes"
    if isinstance(value, dict | list):
        return f"expected text, got {scalars.shown(value)}"
    text = written if written is not None else scalars.shown(value)
    if isinstance(value, float) and text != str(value):
        return f"expected text, got the number {value}, which is what YAML makes of {text}; put it in quotes: '{text}'"
    what = "" if isinstance(value, bool) else "the number "
    return f"expected text, got {what}{scalars.shown(value)}; put it in quotes: '{text}'"
