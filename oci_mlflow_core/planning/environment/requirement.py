"""One requirement of pip, with its place."""

from __future__ import annotations

import posixpath
import re

import attrs
from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import Specifier, SpecifierSet
from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename
from packaging.version import InvalidVersion, Version

from oci_mlflow_core.planning.environment.place import EnvironmentFileError, Place, PlacedText, without_credentials

_OPTIONS = re.compile(r"\s+(?=--?[A-Za-z])")
_HASH = re.compile(r"--hash[=\s]\s*(\S+)")
_WHEEL = re.compile(r"^(?P<path>\S+\.whl)(?:\[(?P<extras>[^\]]*)\])?\s*(?:;\s*(?P<marker>.*))?$")
_EGG = re.compile(r"[#&]egg=([A-Za-z0-9._-]+)(?:\[([^\]]*)\])?")
_URL = re.compile(r"^[A-Za-z][A-Za-z0-9+.\-]*://\S+")
_ABSOLUTE = re.compile(r"^(/|~|[A-Za-z]:[\\/]|file:)")


@attrs.frozen(kw_only=True)
class PipRequirement:
    """What one line asks for."""

    #: Normalised (PEP 503).
    name: str
    place: Place
    extras: frozenset[str] = frozenset()
    specifier: SpecifierSet = attrs.field(factory=SpecifierSet)
    #: A direct reference; empty for what comes from an index.
    url: str = ""
    #: An environment marker; empty where it holds everywhere.
    marker: str = ""
    #: ``sha256:…``, as ``--hash`` gives them.
    hashes: frozenset[str] = frozenset()
    #: Path of a wheel in the model, relative to its folder; empty for all others.
    wheel: str = ""

    @property
    def text(self) -> str:
        """PEP 508, in one form for equal requirements."""
        extras = f"[{','.join(sorted(self.extras))}]" if self.extras else ""
        wanted = f" @ {self.url}" if self.url else specifier_text(self.specifier)
        gap = " " if self.url else ""
        return f"{self.name}{extras}{wanted}" + (f"{gap}; {self.marker}" if self.marker else "")

    @property
    def pin(self) -> str:
        """The one version that it allows; empty where it allows several."""
        for specifier in self.specifier:
            if specifier.operator in {"==", "==="} and not specifier.version.endswith(".*"):
                return specifier.version
        return ""


def specifier_text(specifier: SpecifierSet) -> str:
    """The specifiers in order of version, joined by commas: ``>=3.9,<3.12``."""
    ordered = (f"{each.operator}{each.version}" for each in sorted(specifier, key=_order))
    return ",".join(dict.fromkeys(ordered))


def _order(specifier: Specifier) -> tuple[bool, Version, str, str]:
    try:
        version = Version(specifier.version.removesuffix(".*"))
    except InvalidVersion:  # '===' compares text
        return True, Version("0"), specifier.version, specifier.operator
    return False, version, specifier.version, specifier.operator


def parse_requirement(line: PlacedText) -> PipRequirement:
    """Reads a line that is not an option.

    Raises:
        EnvironmentFileError: It is no requirement, or one that cannot be met on another machine.
    """
    text, _, options = _split_options(line)
    hashes = frozenset(_HASH.findall(options))
    _refuse_options(line.place, _HASH.sub("", options).strip())
    wheel = _WHEEL.match(text)
    if wheel is not None and "@" not in wheel["path"] and not _URL.match(text):
        return attrs.evolve(_shipped(wheel, line.place), hashes=hashes)
    return attrs.evolve(_indexed(_named(text, line.place), line.place), hashes=hashes)


def _split_options(line: PlacedText) -> tuple[str, str, str]:
    match = _OPTIONS.search(line.text)
    if match is None:
        return line.text, "", ""
    return line.text[: match.start()], "", line.text[match.end() :]


def _refuse_options(place: Place, options: str) -> None:
    if options:
        raise EnvironmentFileError(place, f"the option '{options}' cannot stand behind a requirement")


def _shipped(match: re.Match[str], place: Place) -> PipRequirement:
    path = match["path"].replace("\\", "/")
    if _ABSOLUTE.match(path):
        raise EnvironmentFileError(place, *_elsewhere(path))
    try:
        name, version, _build, _tags = parse_wheel_filename(posixpath.basename(path))
    except InvalidWheelFilename:
        raise EnvironmentFileError(place, f"'{posixpath.basename(path)}' is not the name of a wheel") from None
    return PipRequirement(
        name=name,
        place=place,
        extras=frozenset(extra.strip() for extra in (match["extras"] or "").split(",") if extra.strip()),
        specifier=SpecifierSet(f"=={version}"),
        marker=(match["marker"] or "").strip(),
        wheel=posixpath.normpath(path),
    )


def _elsewhere(path: str) -> tuple[str, str]:
    return (
        f"'{path}' is a path on the machine that logged the model",
        "Log the model again with the wheel in code_paths and 'code/NAME.whl' as its requirement, or with a version.",
    )


def _named(text: str, place: Place) -> str:
    """A URL alone gets the name that it carries, so that it is a PEP 508 requirement."""
    if not _URL.match(text):
        return text
    url, _, marker = text.partition(" ;")
    egg = _EGG.search(url)
    name = egg[1] if egg else _name_of_wheel(url)
    if not name:
        hint = "Write it as 'NAME @ URL'."
        raise EnvironmentFileError(place, f"'{without_credentials(url)}' does not say which package it is", hint)
    extras = f"[{egg[2]}]" if egg and egg[2] else ""
    clean = _without_egg(url, egg) if egg else url
    return f"{name}{extras} @ {clean.strip()}" + (f" ; {marker.strip()}" if marker else "")


def _without_egg(url: str, egg: re.Match[str]) -> str:
    before, rest = url[: egg.start()], url[egg.end() :]
    return f"{before}#{rest[1:]}" if egg[0].startswith("#") and rest else before + rest


def _name_of_wheel(url: str) -> str:
    try:
        return parse_wheel_filename(posixpath.basename(url.partition("#")[0]))[0]
    except InvalidWheelFilename:
        return ""


def _indexed(text: str, place: Place) -> PipRequirement:
    try:
        requirement = Requirement(text)
    except InvalidRequirement:
        raise EnvironmentFileError(
            place, f"'{without_credentials(text)}' is not a requirement", _advice(text)
        ) from None
    if requirement.url and _ABSOLUTE.match(requirement.url):
        raise EnvironmentFileError(place, *_elsewhere(requirement.url))
    return PipRequirement(
        name=canonicalize_name(requirement.name),
        place=place,
        extras=frozenset(requirement.extras),
        specifier=requirement.specifier,
        url=requirement.url or "",
        marker=str(requirement.marker) if requirement.marker else "",
    )


def _advice(text: str) -> str:
    swapped = re.match(r"^(?P<name>[A-Za-z0-9._-]+)\s*=(?P<sign>[<>])\s*(?P<version>[0-9][^\s]*)$", text)
    if swapped:
        return f"Did you mean '{swapped['name']}{swapped['sign']}={swapped['version']}'?"
    if re.match(r"^[A-Za-z0-9._-]+=[^=<>]", text):
        return f"Two equals signs pin a version for pip: '{text.replace('=', '==', 1)}'."
    if text.startswith((".", "/", "~")):
        return "A folder cannot be installed where the model is served; put a wheel of it into the model's code_paths."
    return ""
