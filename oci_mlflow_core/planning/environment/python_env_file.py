"""Reading ``python_env.yaml``, and ``requirements.txt`` where it stands alone."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from oci_mlflow_core.planning.environment.asked_python import python_of_version
from oci_mlflow_core.planning.environment.environment_file import EnvironmentFile
from oci_mlflow_core.planning.environment.logical_lines import logical_lines
from oci_mlflow_core.planning.environment.pip_section import PipSection, read_pip_lines, read_requirements_file
from oci_mlflow_core.planning.environment.place import PlacedText
from oci_mlflow_core.planning.environment.placed_document import PlacedDocument

_READ = frozenset({"python", "build_dependencies", "dependencies", "name"})


def read_python_env_file(name: str, files: Mapping[str, str]) -> EnvironmentFile:
    """Reads MLflow's description of a virtual environment.

    Build dependencies stay in the environment, as with MLflow's own virtualenv: models do import setuptools
    (``pkg_resources``). pip is left out, because every builder brings what it installs with.

    Source: ``mlflow.utils.environment._PythonEnv``.

    Raises:
        EnvironmentFileError: It cannot be understood.
    """
    document = PlacedDocument.read(files[name], name)
    python = document.text(("python",))
    build = _section(document, "build_dependencies", files)
    tools = tuple(each for each in build.requirements if each.name != "pip")
    return EnvironmentFile(
        name=name,
        pythons=(python_of_version(python),) if python is not None and python.text else (),
        pip=attrs.evolve(build, requirements=tools) + _section(document, "dependencies", files),
        notes=tuple(
            f"{document.place((key,), key=True)}: '{key}' is of no use here and is left out"
            for key in document.keys
            if key not in _READ
        ),
    )


def read_lone_requirements(name: str, files: Mapping[str, str]) -> EnvironmentFile:
    """``requirements.txt`` of a model that has no other environment file."""
    return EnvironmentFile(name=name, pip=read_requirements_file(name, files))


def _section(document: PlacedDocument, key: str, files: Mapping[str, str]) -> PipSection:
    lines = [
        PlacedText(each.text, entry.place)
        for entry in document.texts((key,))
        for each in logical_lines(entry.text, entry.place.source)
    ]
    return read_pip_lines(lines, files)
