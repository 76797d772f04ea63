"""Requirements of several files as one list without contradictions."""

from __future__ import annotations

from collections.abc import Iterable

import attrs
from packaging.specifiers import SpecifierSet
from packaging.version import InvalidVersion, Version

from oci_mlflow_core.planning.environment.place import contradiction
from oci_mlflow_core.planning.environment.requirement import PipRequirement


def merged_requirements(
    requirements: Iterable[PipRequirement],
) -> tuple[tuple[PipRequirement, ...], tuple[str, ...]]:
    """One requirement for each package and marker, in order, and what to tell about those that differed.

    Raises:
        EnvironmentFileError: Two of them cannot both be met.
    """
    merged: dict[tuple[str, str], PipRequirement] = {}
    notes: list[str] = []
    for each in requirements:
        key = (each.name, each.marker)
        if key in merged:
            merged[key], said = _both(merged[key], each)
            notes.extend(said)
        else:
            merged[key] = each
    return tuple(merged.values()), tuple(notes)


def _both(first: PipRequirement, other: PipRequirement) -> tuple[PipRequirement, tuple[str, ...]]:
    if first.url != other.url or _excludes(first, other) or _excludes(other, first):
        raise contradiction(first.place, first.text, other.place, other.text)
    both = attrs.evolve(
        first,
        extras=first.extras | other.extras,
        specifier=_narrowest(first, other),
        hashes=first.hashes | other.hashes,
        wheel=first.wheel or other.wheel,
    )
    if first.text == other.text:
        return both, ()
    told = f"{first.place}: '{first.text}' and {other.place}: '{other.text}' are both met by '{both.text}'"
    return both, (told,)


def _narrowest(first: PipRequirement, other: PipRequirement) -> SpecifierSet:
    """What satisfies both; a pin says it alone."""
    pinned = next((each for each in (first, other) if each.pin), None)
    return pinned.specifier if pinned else first.specifier & other.specifier


def _excludes(first: PipRequirement, other: PipRequirement) -> bool:
    """Whether `first` pins a version that `other` does not allow."""
    if not first.pin:
        return False
    try:
        return not other.specifier.contains(Version(first.pin), prereleases=True)
    except InvalidVersion:  # '===' takes any text
        return bool(other.specifier) and first.pin != other.pin
