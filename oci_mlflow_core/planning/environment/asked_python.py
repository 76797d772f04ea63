"""The Python that a model's files ask for, and whether they agree on it."""

from __future__ import annotations

import functools
from collections.abc import Sequence

import attrs
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import Version

from oci_mlflow_core.planning.environment.match_spec import MatchSpec, specifier_alternatives
from oci_mlflow_core.planning.environment.place import EnvironmentFileError, Place, PlacedText
from oci_mlflow_core.planning.environment.requirement import specifier_text

#: Every minor version that could be meant, and more patches than one of them ever had.
_MINORS = tuple(range(5, 30))
_PATCHES = tuple(range(40))


@attrs.frozen(kw_only=True)
class AskedPython:
    """One wish for a Python version."""

    specifier: SpecifierSet
    #: As it stands in the file.
    text: str
    place: Place
    notes: tuple[str, ...] = ()

    @property
    def minors(self) -> frozenset[int]:
        """The minor versions of Python 3 that it allows some patch of."""
        return minors_of(self.specifier)

    def shares_patch(self, other: AskedPython) -> bool:
        """Whether some patch version satisfies both."""
        return bool(minors_of(self.specifier & other.specifier))


@functools.cache
def _versions(minor: int) -> tuple[Version, ...]:
    return tuple(Version(f"3.{minor}.{patch}") for patch in _PATCHES)


@functools.cache
def minors_of(specifier: SpecifierSet) -> frozenset[int]:
    """The minor versions of Python 3 of which `specifier` allows some patch."""
    return frozenset(
        minor for minor in _MINORS if any(specifier.contains(version, prereleases=True) for version in _versions(minor))
    )


def python_of_match_spec(spec: MatchSpec, place: Place, first_channel: str) -> AskedPython:
    """What ``python…`` among conda's dependencies means, where that channel is searched first.

    Raises:
        EnvironmentFileError: Its version cannot be understood, or no Python 3 fits it.
    """
    try:
        alternatives = [
            AskedPython(specifier=each, text=spec.text, place=place) for each in specifier_alternatives(spec.version)
        ]
    except ValueError as fault:
        raise EnvironmentFileError(
            place, f"the Python version of '{spec.text}' cannot be understood: {fault}"
        ) from None
    chosen = max(alternatives, key=lambda each: max(each.minors, default=0))
    notes = []
    if len(alternatives) > 1:
        notes.append(f"{place}: '{spec.text}' leaves a choice; Python {specifier_text(chosen.specifier)} is taken")
    if spec.build:
        notes.append(f"{place}: the build of '{spec.text}' is not asked for, only its version")
    if spec.channel_name not in {"", first_channel}:
        notes.append(f"{place}: the channel of '{spec.text}' is not asked for; Python comes from the first that has it")
    return _possible(attrs.evolve(chosen, notes=tuple(notes)))


def python_of_version(version: PlacedText) -> AskedPython:
    """What the ``python`` of ``python_env.yaml`` means: a version, or specifiers.

    Raises:
        EnvironmentFileError: It is neither, or no Python 3 fits it.
    """
    try:
        (specifier,) = specifier_alternatives(version.text)
    except (ValueError, InvalidSpecifier):
        raise EnvironmentFileError(version.place, f"'{version.text}' is not a Python version") from None
    return _possible(AskedPython(specifier=specifier, text=f"python {version.text}", place=version.place))


def _possible(asked: AskedPython) -> AskedPython:
    if not asked.minors:
        raise EnvironmentFileError(asked.place, f"no Python 3 fits '{asked.text}'")
    return asked


def agreed_python(asked: Sequence[AskedPython]) -> tuple[AskedPython, tuple[str, ...]]:
    """The Python that satisfies all wishes, the first one's patch where only patches differ; and what to tell.

    Raises:
        EnvironmentFileError: Two of them leave no minor version in common.
    """
    notes = [note for each in asked for note in each.notes]
    agreed = asked[0]
    for other in asked[1:]:
        if not agreed.minors & other.minors:
            message = f"'{agreed.text}' contradicts {other.place}: '{other.text}'"
            hint = "Log the model again with one Python version in all of its environment files."
            raise EnvironmentFileError(agreed.place, message, hint)
        if agreed.shares_patch(other):
            agreed = attrs.evolve(agreed, specifier=agreed.specifier & other.specifier)
        else:
            notes.append(f"{other.place}: '{other.text}' is not {agreed.place}: '{agreed.text}'; the latter is taken")
    return agreed, tuple(notes)


def narrowed_to_writer(asked: AskedPython, writer: str) -> tuple[SpecifierSet, tuple[str, ...]]:
    """Where several minor versions would do, that of the Python which wrote the model, if it is among them.

    Pickles are only sure to be read by the minor version that wrote them.
    """
    if len(asked.minors) < 2 or not writer or not asked.specifier.contains(writer, prereleases=True):  # noqa: PLR2004
        return asked.specifier, ()
    minor = ".".join(writer.split(".")[:2])
    note = f"{asked.place}: '{asked.text}' leaves a choice; Python {minor}, which wrote the model, is taken"
    return asked.specifier & SpecifierSet(f"=={minor}.*"), (note,)


def python_text(specifier: SpecifierSet) -> str:
    """``3.11.7`` where one patch version is asked for, else the specifiers (``==3.11.*``, ``>=3.9,<3.12``)."""
    for each in specifier:
        if each.operator in {"==", "==="} and not each.version.endswith(".*"):
            return each.version
    minors = minors_of(specifier)
    if len(minors) == 1 and all(specifier.contains(version, prereleases=True) for version in _versions(min(minors))):
        return f"==3.{min(minors)}.*"
    return specifier_text(specifier)
