"""Requirements of several files as one list without contradictions."""

from __future__ import annotations

from collections.abc import Iterable

import attrs
from packaging.specifiers import SpecifierSet
from packaging.version import InvalidVersion, Version

from oci_mlflow_core.planning.environment.environment_file import CondaPackage
from oci_mlflow_core.planning.environment.match_spec import specifier_alternatives
from oci_mlflow_core.planning.environment.place import EnvironmentFileError, Place, without_credentials
from oci_mlflow_core.planning.environment.requirement import PipRequirement

_HINT = "Log the model again, so that its environment files agree."


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
        raise _contradiction(first.place, first.text, other.place, other.text)
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


def _contradiction(place: Place, text: str, other_place: Place, other_text: str) -> EnvironmentFileError:
    message = f"'{without_credentials(text)}' contradicts {other_place}: '{without_credentials(other_text)}'"
    return EnvironmentFileError(place, message, _HINT)


def without_those_of_conda(
    requirements: Iterable[PipRequirement], packages: Iterable[CondaPackage]
) -> tuple[tuple[PipRequirement, ...], tuple[str, ...]]:
    """The requirements that conda does not already meet, and what to tell about the others.

    Raises:
        EnvironmentFileError: Conda is asked for another version than pip.
    """
    by_name = {package.spec.name.replace("_", "-"): package for package in packages}
    kept: list[PipRequirement] = []
    notes: list[str] = []
    for each in requirements:
        package = by_name.get(each.name)
        if package is None or each.url:
            kept.append(each)
            continue
        if not _could_be(package, each):
            raise _contradiction(package.place, package.spec.text, each.place, each.text)
        notes.append(f"{each.place}: '{each.text}' is left to conda, see {package.place}: '{package.spec.text}'")
    return tuple(kept), tuple(notes)


def _could_be(package: CondaPackage, requirement: PipRequirement) -> bool:
    """Whether a version exists that both allow; True where that cannot be told."""
    try:
        alternatives = specifier_alternatives(package.spec.version)
        pin = Version(requirement.pin) if requirement.pin else None
    except ValueError:
        return True
    return pin is None or any(each.contains(pin, prereleases=True) for each in alternatives)
