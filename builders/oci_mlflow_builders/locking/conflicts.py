"""Why no versions fit together, as the chain of requirements that cannot be met."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import attrs

_LEAD = "Cannot solve the request because of:"
_DRAWING = re.compile(r"^[│├└─ ]*")
#: Columns by which rattler indents one level.
_LEVEL = 3
#: Requirements deeper than this say nothing more to a reader.
_DEEPEST = 8
_ANY = re.compile(r"(?<=\S) \*(?=$|\s|\[|,)")
_CHANNEL = re.compile(r"\[channel=\"(?P<url>[^\"]*)\"\]")
_NO_CANDIDATES = re.compile(r"No candidates were found for (?P<spec>.+?)\.?$")
_EXCLUDED = re.compile(r"^(?P<package>.+?) is excluded because (?:the package )?(?P<reason>.+)$")
_WITHOUT = (
    ", which cannot be installed because there are no viable options:",
    " cannot be installed because there are no viable options:",
)
_WITH = (
    ", which can be installed with any of the following options:",
    " can be installed with any of the following options:",
)
_NOBODY = ", for which no candidates were found."
_CLASHES = (
    ", which conflicts with the versions reported above.",
    ", which conflicts with any installable versions previously reported",
    ", which conflicts with the versions reported above",
)


@attrs.frozen
class _Line:
    depth: int
    text: str


def missing_specs(complaint: str) -> tuple[str, ...]:
    """The requirements of the request itself that nothing in the channels meets, where that is all there is to say."""
    said = complaint.partition(_LEAD)[2] or complaint
    matches = (_NO_CANDIDATES.match(line.strip()) for line in said.splitlines())
    return tuple(_plain(match["spec"]) for match in matches if match)


def chain_of(complaint: str, target: Mapping[str, str]) -> tuple[str, ...]:
    """The lines that tell what asks for what, and where that ends.

    Args:
        complaint: What rattler's solver says.
        target: The virtual packages of the target, name and version.
    """
    lines = list(_lines(complaint))
    return tuple(_told(lines, target))


def needed_of_target(complaint: str, target: Mapping[str, str]) -> tuple[str, ...]:
    """The names of the target's own packages (``__glibc``) that something needs otherwise than they are."""
    return tuple(name for name in (*target, "__cuda", "__osx") if f"─ {name} " in complaint and _NOBODY in complaint)


def _lines(complaint: str) -> Iterator[_Line]:
    said = complaint.partition(_LEAD)[2] or complaint
    for raw in said.splitlines():
        drawing = _DRAWING.match(raw)
        indent = drawing[0] if drawing else ""
        text = raw[len(indent) :].strip()
        if text and not text.startswith("The following packages are incompatible"):
            yield _Line(len(indent) // _LEVEL, _plain(text))


def _told(lines: list[_Line], target: Mapping[str, str]) -> Iterator[str]:
    base = min((line.depth for line in lines), default=0)
    owner: dict[int, str] = {}
    for line in lines:
        level = line.depth - base
        if line.text.endswith(("would require", "would constrain")):
            verb = "needs" if line.text.endswith("would require") else "allows only"
            owner[level] = f"{line.text.rpartition(' would ')[0]} {verb}"
        elif level // 2 < _DEEPEST:
            yield "  " * ((level + 1) // 2) + _sentence(line.text, owner.get(level - 1, ""), target)


def _sentence(text: str, owner: str, target: Mapping[str, str]) -> str:
    if text.endswith(_NOBODY):
        spec = text.removesuffix(_NOBODY)
        return _unmet(spec, owner, target)
    for ending in _CLASHES:
        if text.endswith(ending):
            return _clash(text.removesuffix(ending), owner)
    for ending in (*_WITHOUT, *_WITH):
        if text.endswith(ending):
            spec = text.removesuffix(ending)
            return f"{owner} {spec}" if owner else f"{spec} is asked for"
    excluded = _EXCLUDED.match(text)
    if excluded:
        return f"{excluded['package']} is left out: {_reason(excluded['reason'])}"
    return f"{owner} {text}" if owner else f"{text} fits"


def _unmet(spec: str, owner: str, target: Mapping[str, str]) -> str:
    needs = owner or "the model needs"
    name, _, bound = spec.partition(" ")
    if not name.startswith("__"):
        return f"{needs} {spec}, which nothing meets that the other requirements and the channels leave"
    has = f"the target has {name[2:]} {target[name]}" if name in target else f"the target has no {name[2:]}"
    return f"{needs} {name[2:]} {bound}".rstrip() + f", and {has}"


def _clash(text: str, owner: str) -> str:
    if owner:
        return f"{owner} {text}, which contradicts what is said above"
    return f"{text} does not go with what is said above"


def _reason(text: str) -> str:
    text = text.replace("is uploaded after the cutoff date of", "it was uploaded after").removesuffix(" 00:00:00")
    return text.replace("candidate not in requested channel:", "it is not in the channel")


def _plain(text: str) -> str:
    return _ANY.sub("", _CHANNEL.sub(lambda match: f" of {match['url']}", text)).strip()
