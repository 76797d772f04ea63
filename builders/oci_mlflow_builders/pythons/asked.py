"""Which Pythons a request is content with."""

from __future__ import annotations

import enum

import attrs
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

_MINORS = range(6, 30)
_PATCHES = range(60)


class Fit(enum.IntEnum):
    """How well a Python fits, best first."""

    EXACT = 0
    #: Of a minor version that was asked for, with another patch version.
    SAME_MINOR = 1
    NONE = 2


@attrs.frozen
class AskedPython:
    """The Python of a request: a specifier set or an exact version."""

    text: str
    specifiers: SpecifierSet

    @classmethod
    def parse(cls, text: str) -> AskedPython:
        """Reads ``3.11``, ``3.11.7``, ``==3.11.*`` or ``>=3.9,<3.12``.

        Raises:
            ValueError: It is none of these, or no Python 3 can be meant.
        """
        try:
            release = Version(text).release
        except InvalidVersion:
            specifiers = _specifiers(text)
        else:
            wildcard = ".*" if len(release) < len(("major", "minor", "patch")) else ""
            specifiers = SpecifierSet(f"=={text.strip()}{wildcard}")
        asked = cls(text.strip(), specifiers)
        if not asked.minors:
            msg = f"no Python 3 is '{text}'"
            raise ValueError(msg)
        return asked

    @property
    def minors(self) -> tuple[str, ...]:
        """The minor versions that were asked for, such as ``3.11``, newest first."""
        return tuple(f"3.{minor}" for minor in reversed(_MINORS) if self._has_minor(f"3.{minor}"))

    def fit(self, version: str) -> Fit:
        """How well a full version such as ``3.11.7`` fits."""
        if self.specifiers.contains(version, prereleases=True):
            return Fit.EXACT
        return Fit.SAME_MINOR if self._has_minor(".".join(version.split(".")[:2])) else Fit.NONE

    def _has_minor(self, minor: str) -> bool:
        return any(self.specifiers.contains(f"{minor}.{patch}") for patch in _PATCHES)

    def __str__(self) -> str:
        return self.text


def _specifiers(text: str) -> SpecifierSet:
    try:
        return SpecifierSet(text)
    except InvalidSpecifier as fault:
        msg = f"'{text}' is neither a Python version nor a specifier such as '>=3.9,<3.12'"
        raise ValueError(msg) from fault
