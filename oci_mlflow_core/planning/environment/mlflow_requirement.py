"""MLflow itself in a model's environment."""

from __future__ import annotations

import attrs
from packaging.specifiers import SpecifierSet
from packaging.version import InvalidVersion, Version

from oci_mlflow_core.planning.environment.environment_file import CondaPackage
from oci_mlflow_core.planning.environment.place import Place
from oci_mlflow_core.planning.environment.requirement import PipRequirement

#: Either can load a model.
NAMES = frozenset({"mlflow", "mlflow-skinny"})

_BEFORE_VERSIONS = "<2"


def with_mlflow(
    requirements: tuple[PipRequirement, ...], conda: tuple[CondaPackage, ...], version: str
) -> tuple[tuple[PipRequirement, ...], tuple[str, ...]]:
    """The requirements with MLflow among them, at the version that wrote the model unless another one is pinned.

    Args:
        requirements: What pip is asked for.
        conda: What conda is asked for.
        version: The MLflow that wrote the model; empty where ``MLmodel`` does not say, as in MLflow 1.
    """
    if any(package.spec.name in NAMES for package in conda):
        return requirements, ()
    if not any(each.name in NAMES for each in requirements):
        return _added(requirements, version)
    notes: list[str] = []
    pinned = tuple(_pinned(each, version, notes) if each.name in NAMES else each for each in requirements)
    return pinned, tuple(notes)


def _added(
    requirements: tuple[PipRequirement, ...], version: str
) -> tuple[tuple[PipRequirement, ...], tuple[str, ...]]:
    wanted = f"=={version}" if _is_released(version) else _BEFORE_VERSIONS if not version else f">={_release(version)}"
    reason = f"MLmodel names version {version}" if version else "MLmodel names no version, as before MLflow 2"
    mlflow = PipRequirement(name="mlflow", place=Place("MLmodel", 1, 1), specifier=SpecifierSet(wanted))
    note = f"the environment lacks MLflow: '{mlflow.text}' was added, because {reason}"
    return (*requirements, mlflow), (note,)


def _pinned(requirement: PipRequirement, version: str, notes: list[str]) -> PipRequirement:
    if requirement.pin or requirement.url or requirement.wheel:
        return requirement
    if not version:
        return _kept_before_2(requirement, notes)
    if not _is_released(version):
        return requirement
    if not requirement.specifier.contains(Version(version), prereleases=True):
        notes.append(f"{requirement.place}: '{requirement.text}' rules out MLflow {version}, which wrote the model")
        return requirement
    pinned = attrs.evolve(requirement, specifier=SpecifierSet(f"=={version}"))
    notes.append(f"{requirement.place}: '{requirement.text}' is taken as '{pinned.text}', which wrote the model")
    return pinned


def _kept_before_2(requirement: PipRequirement, notes: list[str]) -> PipRequirement:
    if not requirement.specifier.contains("2.0.0") and not requirement.specifier.contains("3.0.0"):
        return requirement
    bounded = attrs.evolve(requirement, specifier=requirement.specifier & SpecifierSet(_BEFORE_VERSIONS))
    reason = "MLmodel names no version, as before MLflow 2"
    notes.append(f"{requirement.place}: '{requirement.text}' is taken as '{bounded.text}': {reason}")
    return bounded


def _is_released(version: str) -> bool:
    """Whether an index can have it; one from a checkout is nowhere."""
    try:
        parsed = Version(version)
    except InvalidVersion:
        return False
    return not parsed.is_devrelease and parsed.local is None


def _release(version: str) -> str:
    """What precedes ``.dev0`` or ``+local``, one back so that the last release still fits."""
    try:
        parsed = Version(version)
    except InvalidVersion:
        return "2"
    return f"{parsed.major}.{max(parsed.minor - 1, 0)}" if parsed.is_devrelease else parsed.public
