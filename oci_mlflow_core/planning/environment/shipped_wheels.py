"""The wheels of a model that its environment needs."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable

from oci_mlflow_core.errors import nearest
from oci_mlflow_core.model.artifact import ModelFacts
from oci_mlflow_core.model.environment import ShippedWheel
from oci_mlflow_core.planning.environment.pip_section import PipSection
from oci_mlflow_core.planning.environment.place import EnvironmentFileError


def shipped_wheels(section: PipSection, facts: ModelFacts) -> tuple[ShippedWheel, ...]:
    """Those that a requirement names and those in a folder of ``--find-links``, by file name.

    Raises:
        EnvironmentFileError: The model has no such wheel, or none in such a folder.
    """
    paths = {*_named(section, facts), *_in_folders(section, facts)}
    wheels = (
        ShippedWheel(path=path, filename=posixpath.basename(path), sha256=facts.wheel_digests[path]) for path in paths
    )
    return tuple(sorted(wheels, key=lambda wheel: (wheel.filename, wheel.path)))


def _named(section: PipSection, facts: ModelFacts) -> Iterable[str]:
    for requirement in section.requirements:
        if requirement.wheel and requirement.wheel not in facts.wheels:
            near = nearest(requirement.wheel, facts.wheels)
            hint = f"Did you mean '{near}'?" if near else "Log the model again with the wheel's folder in code_paths."
            raise EnvironmentFileError(requirement.place, f"the model has no file '{requirement.wheel}'", hint)
        if requirement.wheel:
            yield requirement.wheel


def _in_folders(section: PipSection, facts: ModelFacts) -> Iterable[str]:
    for folder in section.wheel_folders:
        found = [path for path in facts.wheels if (posixpath.dirname(path) or ".") == folder.text]
        if not found:
            raise EnvironmentFileError(folder.place, f"the model has no wheel in its folder '{folder.text}'")
        yield from found
