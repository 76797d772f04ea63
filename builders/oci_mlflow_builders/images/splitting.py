"""Dividing an environment into layers, so that what changes seldom and is large is a layer that stays the same.

Which layer a file is in follows from its own package alone, as far as that is possible: another version of one package
changes the layer of that package, and adds, removes or moves no file of another layer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

import attrs

from oci_mlflow_builders.archive.members import Member
from oci_mlflow_builders.images.ownership import CONDA, PIP, Owner

#: Bytes of a package's files from which on it has a layer of its own.
LARGE = 24 << 20
#: Engines take 127 layers; the base has some, and so may images that are made from this one.
MOST = 60
_SITE_PACKAGES = "/site-packages/"


@attrs.frozen
class Part:
    """What becomes a layer."""

    #: One line, for people.
    what: str
    #: Sorted by name.
    members: tuple[Member, ...]


def parts_of(members: Iterable[Member], owners: Mapping[str, Owner], python: str) -> tuple[Part, ...]:
    """The parts of an environment: Python with the small conda packages, each large package, the rest of pip's.

    Args:
        members: The files of the environment.
        owners: Of those that a package brought.
        python: Full version of its Python.
    """
    members = tuple(members)
    large = _large(members, owners)
    common: list[Member] = []
    rest: list[Member] = []
    single: dict[Owner, list[Member]] = {owner: [] for owner in large}
    for member in members:
        owner = owners.get(member.name)
        if owner in single:
            single[owner].append(member)
        elif _is_pips(member, owner):
            rest.append(member)
        else:
            common.append(member)
    small = {owner for owner in owners.values() if owner not in single and not owner.is_python}
    conda, pip = (sum(owner.kind == kind for owner in small) for kind in (CONDA, PIP))
    parts = [
        Part(f"python {python}" + (f" and {_packages(conda)}" if conda else ""), tuple(common)),
        *(Part(f"{owner.name} {owner.version}", tuple(single[owner])) for owner in large),
        Part(_packages(pip), tuple(rest)),
    ]
    return tuple(part for part in parts if part.members)


def _large(members: Iterable[Member], owners: Mapping[str, Owner]) -> list[Owner]:
    """Those with a layer of their own, conda's before pip's, by name."""
    sizes: Counter[Owner] = Counter()
    for member in members:
        owner = owners.get(member.name)
        if owner is not None and not owner.is_python:
            sizes[owner] += member.size
    found = sorted((owner for owner, size in sizes.items() if size >= LARGE), key=lambda one: (-sizes[one], one))
    return sorted(found[:MOST])


def _is_pips(member: Member, owner: Owner | None) -> bool:
    return owner.kind == PIP if owner is not None else _SITE_PACKAGES in member.name


def _packages(count: int) -> str:
    return "1 package" if count == 1 else f"{count} packages"
