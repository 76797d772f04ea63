"""The files of a model, as members of the zip to come."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from oci_mlflow_core.errors import ArtifactError
from oci_mlflow_core.model.artifact import FetchedModel
from oci_mlflow_plugin.adapters.score.member_reader import file_identity
from oci_mlflow_plugin.adapters.score.zip_layout import Member

#: Compiled again by each Python; they differ from one machine to the next.
_PASSED_OVER = frozenset({"__pycache__"})


def model_members(model: FetchedModel) -> list[Member]:
    """All files below the model's folder and its empty folders, by their path in the zip.

    Symbolic links to files inside the folder become those files.

    Raises:
        ArtifactError: The folder is not there, or holds something that cannot go into a zip.
    """
    if not model.path.is_dir():
        raise ArtifactError(model.version.uri, f"there is no folder at {model.path}")
    try:
        return sorted(_members(model, model.path, model.path.resolve()), key=lambda member: member.encoded_name)
    except OSError as fault:
        raise ArtifactError(model.version.uri, f"'{fault.filename}' cannot be read: {fault.strerror}") from fault


def _members(model: FetchedModel, folder: Path, root: Path) -> Iterator[Member]:
    entries = [entry for entry in os.scandir(folder) if entry.name not in _PASSED_OVER]
    if not entries and folder != model.path:
        yield Member(_name(model, folder) + "/", b"", 0, stat.S_IFDIR | 0o755)
    for entry in entries:
        path = Path(entry.path)
        if entry.is_dir(follow_symlinks=False):
            yield from _members(model, path, root)
        else:
            yield _file(model, path, root)


def _file(model: FetchedModel, path: Path, root: Path) -> Member:
    name = _name(model, path)
    if path.is_symlink():
        _check_link(model, path, name, root)
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        raise ArtifactError(model.version.uri, f"'{name}' is neither a file nor a folder")
    if not os.access(path, os.R_OK):
        raise ArtifactError(model.version.uri, f"'{name}' cannot be read: Permission denied")
    mode = 0o755 if status.st_mode & stat.S_IXUSR else 0o644
    return Member(name, path, status.st_size, stat.S_IFREG | mode, file_identity(status))


def _check_link(model: FetchedModel, path: Path, name: str, root: Path) -> None:
    hint = "Put the file itself into the model's folder."
    target = Path(os.path.realpath(path))  # resolve() raises on a link to itself in older Pythons
    if root not in target.parents:
        raise ArtifactError(model.version.uri, f"'{name}' is a symbolic link out of the model's folder", hint)
    if not target.is_file():
        raise ArtifactError(model.version.uri, f"'{name}' is a symbolic link to no file", hint)


def _name(model: FetchedModel, path: Path) -> str:
    name = path.relative_to(model.path).as_posix()
    if any("\ud800" <= character <= "\udfff" for character in name):
        shown = name.encode(errors="surrogateescape").decode(errors="replace")
        raise ArtifactError(model.version.uri, f"the file name '{shown}' is not UTF-8", "Rename the file.")
    return name
