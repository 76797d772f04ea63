"""Turning what uv complains about into errors of this project."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from oci_mlflow_builders.commands import Finished
from oci_mlflow_core.errors import BuildError, UnsolvableEnvironmentError

NAME = "uv"
_MARKS = re.compile(r"^[\s\u00d7╰├─▶│·]+")
_LEADS = re.compile(r"^(error|cause|Caused by):\s*")
_HINT = re.compile(r"^hint:\s*", re.IGNORECASE)
_UNREACHABLE = re.compile(r"failed to fetch|error sending request|could not connect|dns error|timed out", re.IGNORECASE)
_UNSOLVABLE = "No solution found"
_PROGRESS = ("Using ", "Resolved ", "Prepared ", "Building ", "Built ", "Downloading ", "Downloaded ", "warning:")
_FOREIGN = re.compile(r"The built wheel `(?P<wheel>[^`]+)` is not compatible with the target")
_ADVICE = re.compile(r"\s*Consider using `--no-build` to disable building wheels\.")


def counted(things: Collection[object], noun: str) -> str:
    """Such as ``1 package`` or ``3 packages``."""
    return f"{len(things)} {noun}" if len(things) == 1 else f"{len(things)} {noun}s"


def failure(stage: str, finished: Finished) -> BuildError:
    """The error that says what uv said: why nothing fits, or what broke."""
    said = _sentences(finished.errors)
    if finished.status is None:
        return BuildError(builder=NAME, stage=stage, reason="uv did not end in time", log_tail=finished.tail)
    if any(_UNSOLVABLE in sentence for sentence in said):
        return _unsolvable(stage, said)
    foreign = _FOREIGN.search(finished.errors)
    if foreign:
        return BuildError(
            builder=NAME,
            stage=stage,
            reason=_ADVICE.sub("", ": ".join(said[:3])),
            hint=(
                f"There is no wheel of {foreign['wheel'].partition('-')[0]} for the target, and what is built here "
                "does not fit: ask for a version that has one, or put a wheel into the model's code_paths."
            ),
        )
    reason = ": ".join(said[:3]) if said else f"uv ended with status {finished.status} and said nothing"
    hint = ""
    if _UNREACHABLE.search(finished.errors):
        hint = "Check the network, the proxy and the index options (PIP_INDEX_URL, UV_DEFAULT_INDEX, --index-url)."
    return BuildError(builder=NAME, stage=stage, reason=reason, log_tail=finished.tail[1:], hint=hint)


def _unsolvable(stage: str, said: Sequence[str]) -> UnsolvableEnvironmentError:
    hints = [_HINT.sub("", sentence) for sentence in said if _HINT.match(sentence)]
    chain = [sentence for sentence in said if _UNSOLVABLE not in sentence and not _HINT.match(sentence)]
    return UnsolvableEnvironmentError(
        builder=NAME,
        stage=stage,
        reason="no versions meet all requirements",
        log_tail=tuple(chain),
        hint=" ".join(hints),
    )


def _sentences(errors: str) -> list[str]:
    """What was complained about, one sentence each, without uv's drawing and with wrapped lines joined."""
    sentences: list[str] = []
    for raw in errors.splitlines():
        line = _MARKS.sub("", raw).strip()
        if not line or line.startswith(_PROGRESS):
            continue
        if sentences and raw[:1].isspace() and not _begins(raw):
            sentences[-1] = f"{sentences[-1]} {line}"
        else:
            sentences.append(_LEADS.sub("", line))
    return sentences


def _begins(raw: str) -> bool:
    return bool(_LEADS.match(raw.strip()) or _HINT.match(raw.strip()) or re.match(r"\s*[\u00d7╰├▶]", raw))
