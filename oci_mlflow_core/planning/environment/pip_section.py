"""A list of pip requirements, wherever it stands, with the files that it includes."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping

import attrs

from oci_mlflow_core.errors import nearest
from oci_mlflow_core.model.environment import PipOptions
from oci_mlflow_core.planning.environment.logical_lines import logical_lines
from oci_mlflow_core.planning.environment.pip_options import OptionFound, merged_options, parse_options, with_option
from oci_mlflow_core.planning.environment.place import EnvironmentFileError, PlacedText
from oci_mlflow_core.planning.environment.requirement import PipRequirement, parse_requirement


@attrs.frozen(kw_only=True)
class PipSection:
    """What the lines ask for, in their order."""

    requirements: tuple[PipRequirement, ...] = ()
    constraints: tuple[PipRequirement, ...] = ()
    options: PipOptions = attrs.field(factory=PipOptions)
    #: Folders of the model (relative to it) that ``--find-links`` names, with the line that names them.
    wheel_folders: tuple[PlacedText, ...] = ()
    notes: tuple[str, ...] = ()

    def __add__(self, other: PipSection) -> PipSection:
        return PipSection(
            requirements=self.requirements + other.requirements,
            constraints=self.constraints + other.constraints,
            options=merged_options(self.options, other.options),
            wheel_folders=self.wheel_folders + other.wheel_folders,
            notes=self.notes + other.notes,
        )


def read_requirements_file(name: str, files: Mapping[str, str]) -> PipSection:
    """The section that the model's file `name` is."""
    return read_pip_lines(logical_lines(files[name], name), files, seen=(name,))


def read_pip_lines(lines: Iterable[PlacedText], files: Mapping[str, str], *, seen: tuple[str, ...] = ()) -> PipSection:
    """Reads lines as pip would, following ``-r`` and ``-c`` into the model's other files.

    Args:
        lines: Logical lines.
        files: The environment files of the model by name.
        seen: Names of the files that are being read, so that one including itself is noticed.

    Raises:
        EnvironmentFileError: A line cannot be understood, or names a file that the model does not have.
    """
    section = PipSection()
    for line in lines:
        if line.text.startswith("-"):
            for found in parse_options(line):
                section += _of_option(found, line, files, seen)
        else:
            section += PipSection(requirements=(parse_requirement(line),))
    return section


def _of_option(found: OptionFound, line: PlacedText, files: Mapping[str, str], seen: tuple[str, ...]) -> PipSection:
    if found.name == "--requirement":
        return _included(found.value, line, files, seen)
    if found.name == "--constraint":
        included = _included(found.value, line, files, seen)
        return attrs.evolve(included, requirements=(), constraints=included.requirements + included.constraints)
    if found.name == "--editable":
        note = f"{line.place}: '-e' is left out; the package is installed as usual"
        return PipSection(requirements=(parse_requirement(PlacedText(found.value, line.place)),), notes=(note,))
    if found.name == "--find-links" and _is_in_model(found.value):
        return PipSection(wheel_folders=(PlacedText(posixpath.normpath(found.value), line.place),))
    if found.is_of_no_use:
        return PipSection(notes=(f"{line.place}: the option '{found.name}' is of no use here and is left out",))
    return PipSection(options=with_option(PipOptions(), found))


def _is_in_model(folder: str) -> bool:
    return not posixpath.isabs(folder) and ":" not in folder and not folder.startswith(("$", "~"))


def _included(value: str, line: PlacedText, files: Mapping[str, str], seen: tuple[str, ...]) -> PipSection:
    name = posixpath.normpath(value)
    if name in seen:
        raise EnvironmentFileError(line.place, f"'{name}' includes itself")
    if name not in files:
        near = nearest(name, files)
        hint = f"Did you mean '{near}'?" if near else ""
        raise EnvironmentFileError(line.place, f"the model has no file '{name}'", hint)
    return read_pip_lines(logical_lines(files[name], name), files, seen=(*seen, name))
