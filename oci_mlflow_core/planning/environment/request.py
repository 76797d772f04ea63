"""From a model's environment files to one environment request."""

from __future__ import annotations

from collections.abc import Mapping

import attrs
from packaging.specifiers import SpecifierSet

from oci_mlflow_core.errors import UnusableEnvironmentError
from oci_mlflow_core.model.artifact import ModelFacts
from oci_mlflow_core.model.environment import BuildSettings, EnvironmentRequest, Platform
from oci_mlflow_core.planning.environment.asked_python import (
    AskedPython,
    agreed_python,
    narrowed_to_writer,
    python_of_version,
    python_text,
)
from oci_mlflow_core.planning.environment.conda_file import read_conda_file
from oci_mlflow_core.planning.environment.end_of_life import end_of_life_note
from oci_mlflow_core.planning.environment.environment_file import CondaPackage, EnvironmentFile
from oci_mlflow_core.planning.environment.left_to_conda import Division, divided
from oci_mlflow_core.planning.environment.merging import merged_requirements
from oci_mlflow_core.planning.environment.mlflow_requirement import with_mlflow
from oci_mlflow_core.planning.environment.pip_section import PipSection
from oci_mlflow_core.planning.environment.place import (
    EnvironmentFileError,
    Place,
    PlacedText,
    without_credentials,
)
from oci_mlflow_core.planning.environment.python_env_file import read_lone_requirements, read_python_env_file
from oci_mlflow_core.planning.environment.requirement import PipRequirement
from oci_mlflow_core.planning.environment.shipped_wheels import shipped_wheels

_PYTHON_ENV = "python_env.yaml"
_REQUIREMENTS = "requirements.txt"


@attrs.frozen(kw_only=True)
class EnvironmentTarget:
    """What the model's files do not say about its environment: the fields of the request of the same names."""

    platform: Platform
    gpu: bool = False
    glibc: str = ""
    exclude_newer: str | None = None
    settings: BuildSettings = attrs.field(factory=BuildSettings)


@attrs.frozen(kw_only=True)
class EnvironmentPlan:
    """What to build, and what the user should know about how it was read."""

    request: EnvironmentRequest
    notes: tuple[str, ...] = ()


def environment_request(facts: ModelFacts, target: EnvironmentTarget) -> EnvironmentPlan:
    """The environment that the model's files ask for.

    ``conda.yaml`` comes first, as in MLflow; ``python_env.yaml`` with the ``requirements.txt`` that it includes
    (or that alone) has to agree with it. The request's wheels have paths relative to the model's folder; once the
    model is fetched, `EnvironmentRequest.located_in` completes them, and the digest stays.

    Raises:
        UnusableEnvironmentError: A file cannot be understood, or two contradict each other; the reason begins with
            ``file:line:column``.
    """
    try:
        return _planned(facts, target)
    except EnvironmentFileError as fault:
        raise UnusableEnvironmentError(facts.version.uri, fault.reason, fault.hint) from None


def _planned(facts: ModelFacts, target: EnvironmentTarget) -> EnvironmentPlan:
    files = _read(facts.environment_files)
    python, python_notes = _python(files, facts)
    section = sum((file.pip for file in files), PipSection())
    conda = tuple(package for file in files for package in file.conda)
    division = _division(files, section, conda, facts)
    request = EnvironmentRequest(
        python=python_text(python),
        pip=tuple(sorted(each.text for each in division.pip)),
        constraints=tuple(sorted({each.text for each in section.constraints})),
        hashes=_hashes((*division.pip, *section.constraints)),
        conda=tuple(sorted({*(package.spec.text for package in conda), *division.bounds})),
        channels=tuple(dict.fromkeys(channel for file in files for channel in file.channels)),
        pip_options=section.options,
        wheels=shipped_wheels(section, facts),
        platform=target.platform,
        gpu=target.gpu,
        glibc=target.glibc,
        exclude_newer=target.exclude_newer,
        settings=target.settings,
        origin=files[0].name,
    )
    file_notes = [note for file in files for note in (*file.notes, *file.pip.notes)]
    notes = (*file_notes, *python_notes, *division.notes, *_uv_note(facts), *end_of_life_note(python))
    return EnvironmentPlan(request=request, notes=tuple(dict.fromkeys(map(without_credentials, notes))))


def _uv_note(facts: ModelFacts) -> tuple[str, ...]:
    """MLflow exports every version that the lock pins, so that nothing is lost by reading the export."""
    if "uv.lock" not in facts.environment_files:
        return ()
    return (
        "uv.lock itself is not used: the versions are those that MLflow exported from it when the model was logged",
    )


def _read(files: Mapping[str, str]) -> tuple[EnvironmentFile, ...]:
    """The files that say something, the one that decides first."""
    found = []
    conda = _name_of_conda_file(files)
    if conda:
        found.append(read_conda_file(conda, files))
    if _PYTHON_ENV in files:
        found.append(read_python_env_file(_PYTHON_ENV, files))
    elif _REQUIREMENTS in files:
        found.append(read_lone_requirements(_REQUIREMENTS, files))
    if not found:
        hint = "Log the model again with pip_requirements or conda_env."
        raise EnvironmentFileError("MLmodel", "the model has no conda.yaml, python_env.yaml or requirements.txt", hint)
    return tuple(found)


def _name_of_conda_file(files: Mapping[str, str]) -> str | None:
    """MLflow 1 kept the name that the user's own file had."""
    names = [name for name in files if name.endswith((".yaml", ".yml")) and name != _PYTHON_ENV]
    return "conda.yaml" if "conda.yaml" in names else min(names, default=None)


def _python(files: tuple[EnvironmentFile, ...], facts: ModelFacts) -> tuple[SpecifierSet, tuple[str, ...]]:
    asked: list[AskedPython] = [python for file in files for python in file.pythons if python.specifier]
    if asked:
        agreed, notes = agreed_python(asked)
        narrowed, more = narrowed_to_writer(agreed, facts.python_version)
        return narrowed, (*notes, *more)
    if not facts.python_version:
        hint = "Add 'python=3.11', or the version that the model needs, to the dependencies of conda.yaml."
        raise EnvironmentFileError(files[0].name, "no file of the model says which Python it needs", hint)
    writer = python_of_version(PlacedText(facts.python_version, Place("MLmodel", 1, 1)))
    note = f"no environment file says which Python is needed: {facts.python_version}, which wrote the model, is taken"
    return writer.specifier, (note,)


def _division(
    files: tuple[EnvironmentFile, ...], section: PipSection, conda: tuple[CondaPackage, ...], facts: ModelFacts
) -> Division:
    merged, said = merged_requirements(section.requirements)
    division = divided(merged, conda)
    complete, added = with_mlflow(division.pip, conda, facts.mlflow_version)
    return attrs.evolve(division, pip=complete, notes=(*said, *_only_in_one(files), *division.notes, *added))


def _only_in_one(files: tuple[EnvironmentFile, ...]) -> tuple[str, ...]:
    """What `files` ask for in the second place only; build tools are no difference, conda.yaml never names them."""
    if len(files) == 1 or not files[0].pip.requirements:
        return ()
    first = {each.name for each in files[0].pip.requirements} | {each.spec.name for each in files[0].conda}
    others = [each for each in files[1].pip.requirements if each.name not in first | {"setuptools", "wheel"}]
    return tuple(f"{each.place}: '{each.text}' is not in {files[0].name}; it is installed too" for each in others)


def _hashes(requirements: tuple[PipRequirement, ...]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    by_name: dict[str, set[str]] = {}
    for each in requirements:
        if each.hashes:
            by_name.setdefault(each.name, set()).update(each.hashes)
    return tuple((name, tuple(sorted(hashes))) for name, hashes in sorted(by_name.items()))
