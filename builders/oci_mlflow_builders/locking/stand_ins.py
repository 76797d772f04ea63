"""Wheels without content that tell uv what conda has brought already.

pip, which comes after conda, sees conda's distributions and leaves them alone. uv chooses before anything is there:
each of them is shown to it as a wheel that holds nothing and needs nothing, since conda has met its needs.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from oci_mlflow_builders.locking.distributions import Distribution


def constraints(distributions: Iterable[Distribution], requirements: Iterable[str], folder: Path) -> Iterator[str]:
    """The constraints by which uv takes what conda brings; the wheels are made in the folder.

    Where an extra of one is asked for, what that needs is known by the index alone, so that only the version is bound.
    """
    with_extras = set(_with_extras(requirements))
    folder.mkdir(exist_ok=True)
    for one in distributions:
        if not _is_version(one.version):
            continue
        if one.name in with_extras:
            yield f"{one.name}=={one.version}"
        else:
            yield f"{one.name} @ {_make(one, folder).as_uri()}"


def _with_extras(requirements: Iterable[str]) -> Iterator[str]:
    for text in requirements:
        try:
            requirement = Requirement(text)
        except InvalidRequirement:
            continue
        if requirement.extras:
            yield canonicalize_name(requirement.name)


def _is_version(text: str) -> bool:
    try:
        Version(text)
    except InvalidVersion:
        return False
    return True


def _make(one: Distribution, folder: Path) -> Path:
    name = one.name.replace("-", "_")
    info = f"{name}-{one.version}.dist-info"
    files = {
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {one.name}\nVersion: {one.version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: oci-mlflow\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    files[f"{info}/RECORD"] = "".join(f"{path},,\n" for path in [*files, f"{info}/RECORD"])
    wheel = folder / f"{name}-{one.version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return wheel
