"""Requirements of pip for what conda brings already."""

from __future__ import annotations

from collections.abc import Iterable

import attrs
from packaging.specifiers import Specifier, SpecifierSet
from packaging.version import InvalidVersion, Version

from oci_mlflow_core.planning.environment.environment_file import CondaPackage
from oci_mlflow_core.planning.environment.match_spec import specifier_alternatives
from oci_mlflow_core.planning.environment.place import contradiction
from oci_mlflow_core.planning.environment.requirement import PipRequirement, specifier_text


@attrs.frozen(kw_only=True)
class Division:
    """Who brings what."""

    #: What pip is still asked for.
    pip: tuple[PipRequirement, ...]
    #: Match specs that hold conda to the versions which pip was asked for.
    bounds: tuple[str, ...]
    notes: tuple[str, ...]


def divided(requirements: Iterable[PipRequirement], packages: Iterable[CondaPackage]) -> Division:
    """Leaves to conda what both are asked for, at a version that both allow.

    A package that pip would put over conda's is half of each. What comes from a direct reference stays with pip, and
    so does a requirement with extras, for what these need.

    Raises:
        EnvironmentFileError: Conda is asked for another version than pip.
    """
    by_name = {package.spec.name.replace("_", "-"): package for package in packages}
    kept: list[PipRequirement] = []
    bounds: list[str] = []
    notes: list[str] = []
    for each in requirements:
        package = None if each.url else by_name.get(each.name)
        if package is None or each.extras:
            kept.append(each)
        if package is not None:
            bound = _bound(package, each)
            bounds.extend(bound)
            notes.append(_note(package, each, is_bound=bool(bound)))
    return Division(pip=tuple(kept), bounds=tuple(bounds), notes=tuple(notes))


def _note(package: CondaPackage, requirement: PipRequirement, *, is_bound: bool) -> str:
    how = "together with" if is_bound else "see"
    extras = "; pip adds what its extras need" if requirement.extras else ""
    return (
        f"{requirement.place}: '{requirement.text}' is left to conda, "
        f"{how} {package.place}: '{package.spec.text}'{extras}"
    )


def _bound(package: CondaPackage, requirement: PipRequirement) -> tuple[str, ...]:
    """What conda has to be told beyond `package`, so that it brings what `requirement` allows."""
    if not requirement.specifier:
        return ()
    try:
        alternatives = specifier_alternatives(package.spec.version)
    except ValueError:  # conda knows versions that PEP 440 does not
        alternatives = (SpecifierSet(),)
    if not any(_could_be(each, requirement) for each in alternatives):
        raise contradiction(package.place, package.spec.text, requirement.place, requirement.text)
    if requirement.marker or all(_pin(each) for each in alternatives):
        return ()
    return (f"{package.spec.name} {_in_words_of_conda(requirement.specifier)}",)


def _could_be(conda: SpecifierSet, requirement: PipRequirement) -> bool:
    """Whether a version exists that both allow; True where that cannot be told."""
    return _allows(conda, requirement.pin) and _allows(requirement.specifier, _pin(conda))


def _allows(specifier: SpecifierSet, pin: str) -> bool:
    try:
        return not pin or specifier.contains(Version(pin), prereleases=True)
    except InvalidVersion:  # '===' takes any text
        return True


def _pin(specifier: SpecifierSet) -> str:
    """The one version that it allows; empty where it allows several."""
    return next((each.version for each in specifier if each.operator == "==" and not _is_series(each)), "")


def _is_series(specifier: Specifier) -> bool:
    return specifier.version.endswith(".*")


def _in_words_of_conda(specifier: SpecifierSet) -> str:
    """Conda writes a series without equals signs, and has no ``===``."""
    text = specifier_text(specifier).replace("===", "==")
    clauses = (clause.removeprefix("==") if clause.endswith(".*") else clause for clause in text.split(","))
    return ",".join(clauses)
