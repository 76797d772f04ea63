"""Reading ``conda.yaml``."""

from __future__ import annotations

from collections.abc import Mapping

from oci_mlflow_core.planning.environment.asked_python import AskedPython, python_of_match_spec
from oci_mlflow_core.planning.environment.environment_file import CondaPackage, EnvironmentFile
from oci_mlflow_core.planning.environment.logical_lines import logical_lines
from oci_mlflow_core.planning.environment.match_spec import MatchSpec
from oci_mlflow_core.planning.environment.pip_section import PipSection, read_pip_lines
from oci_mlflow_core.planning.environment.place import EnvironmentFileError, PlacedText
from oci_mlflow_core.planning.environment.placed_document import PlacedDocument, Route

#: Keys of conda's environment files; a name and a prefix say nothing about what is in the environment.
_READ = frozenset({"name", "prefix", "channels", "dependencies"})


def read_conda_file(name: str, files: Mapping[str, str]) -> EnvironmentFile:
    """Reads the model's conda environment file.

    Source: conda documentation, "Creating an environment file manually".

    Raises:
        EnvironmentFileError: It cannot be understood.
    """
    document = PlacedDocument.read(files[name], name)
    pythons: list[AskedPython] = []
    packages: list[CondaPackage] = []
    pip = PipSection()
    listed = _channels(document)
    for path in document.items(("dependencies",)):
        if document.keys_at(path) is not None:
            pip += _pip_section(document, path, files)
        else:
            _sort_in(document.text(path), pythons, packages, first_channel=next(iter(listed), ""))
    return EnvironmentFile(
        name=name,
        pythons=tuple(pythons),
        pip=pip,
        conda=tuple(packages),
        channels=_with_those_of(packages, listed),
        notes=tuple(
            f"{document.place((key,), key=True)}: '{key}' is of no use here and is left out"
            for key in document.keys
            if key not in _READ
        ),
    )


def _sort_in(
    line: PlacedText | None, pythons: list[AskedPython], packages: list[CondaPackage], *, first_channel: str
) -> None:
    if line is None or not line.text:
        return
    try:
        spec = MatchSpec.parse(line.text)
    except ValueError as fault:
        raise EnvironmentFileError(line.place, f"'{line.text}' is not a conda match spec: {fault}") from None
    if spec.name == "python":
        pythons.append(python_of_match_spec(spec, line.place, first_channel))
    elif spec.name != "pip":  # every builder brings what it installs with
        packages.append(CondaPackage(spec, line.place))


def _pip_section(document: PlacedDocument, path: Route, files: Mapping[str, str]) -> PipSection:
    keys = document.keys_at(path) or ()
    if keys != ("pip",):
        message = f"expected a match spec or a 'pip' list, got a mapping of {', '.join(repr(key) for key in keys)}"
        raise EnvironmentFileError(document.place(path), message)
    lines = [
        PlacedText(each.text, entry.place)
        for entry in document.texts((*path, "pip"))
        for each in logical_lines(entry.text, entry.place.source)
    ]
    return read_pip_lines(lines, files)


def _channels(document: PlacedDocument) -> tuple[str, ...]:
    named = (channel.text for channel in document.texts(("channels",)))
    return tuple(dict.fromkeys(channel for channel in named if channel != "nodefaults"))


def _with_those_of(packages: list[CondaPackage], listed: tuple[str, ...]) -> tuple[str, ...]:
    """A channel that is named for one package only has to be searched too."""
    named = (package.spec.channel_name for package in packages)
    return tuple(dict.fromkeys((*listed, *filter(None, named))))
