"""The distributions that are installed in the running Python."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

#: Written by the installer, and different wherever something was installed.
_NOT_OF_THE_DISTRIBUTION = frozenset({"RECORD", "INSTALLER", "REQUESTED", "direct_url.json", "uv_cache.json"})


class NotInstalledError(Exception):
    """A requirement that what is installed does not meet."""


def closure(requirements: Iterable[str]) -> dict[str, Distribution]:
    """Normalised name → distribution, of the requirements and of all that they need.

    Raises:
        NotInstalledError: One is not installed, or not in a version that would do.
    """
    found: dict[str, Distribution] = {}
    pending = [(Requirement(text), "") for text in requirements]
    seen: set[str] = set()
    while pending:
        requirement, extra = pending.pop()
        if str(requirement) in seen or not _is_wanted(requirement, extra):
            continue
        seen.add(str(requirement))
        installed = _installed(requirement)
        found[canonicalize_name(requirement.name)] = installed
        for name in ("", *requirement.extras):
            pending += [(Requirement(text), name) for text in installed.requires or ()]
    return found


def files_of(installed: Distribution) -> Iterator[tuple[str, bytes]]:
    """Path below ``site-packages`` and content of each file, in order; no scripts, no compiled files."""
    for path in sorted(installed.files or (), key=str):
        is_inside = ".." not in path.parts and not path.is_absolute()
        if is_inside and path.suffix != ".pyc" and path.name not in _NOT_OF_THE_DISTRIBUTION:
            yield path.as_posix(), Path(path.locate()).read_bytes()


def hash_of(installed: Distribution) -> str:
    """``sha256:…`` over the names and contents of its files."""
    total = hashlib.sha256()
    for name, content in files_of(installed):
        total.update(f"{hashlib.sha256(content).hexdigest()}  {name}\n".encode())
    return f"sha256:{total.hexdigest()}"


def _is_wanted(requirement: Requirement, extra: str) -> bool:
    return requirement.marker is None or requirement.marker.evaluate({"extra": extra})


def _installed(requirement: Requirement) -> Distribution:
    try:
        found = distribution(requirement.name)
    except PackageNotFoundError:
        raise NotInstalledError(f"{requirement.name} is not installed here") from None
    if not requirement.specifier.contains(found.version, prereleases=True):
        raise NotInstalledError(f"{requirement.name} {found.version} is installed here, which is not {requirement}")
    return found
