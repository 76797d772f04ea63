"""Reading what ``uv pip compile`` writes."""

from __future__ import annotations

from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import (
    InvalidSdistFilename,
    InvalidWheelFilename,
    canonicalize_name,
    parse_sdist_filename,
    parse_wheel_filename,
)

from oci_mlflow_builders.redaction import without_credentials
from oci_mlflow_core.model.environment import LockedRequirement

_HASH = "--hash="


def read_locked(text: str) -> tuple[LockedRequirement, ...]:
    """The requirements of a compiled requirements file, sorted by name.

    Raises:
        ValueError: A line is neither a requirement with an exact version or URL, nor an option, nor a comment.
    """
    lines = text.replace("\\\n", " ").splitlines()
    wanted = (line.partition(" #")[0].strip() for line in lines if not line.lstrip().startswith(("#", "--")))
    return tuple(sorted(_locked(line) for line in wanted if line))


def _locked(line: str) -> LockedRequirement:
    stated, *options = line.split(_HASH)
    hashes = tuple(sorted(option.strip() for option in options))
    try:
        requirement = Requirement(stated.strip())
    except InvalidRequirement as fault:
        msg = f"uv wrote a line that is no requirement: {stated.strip()}"
        raise ValueError(msg) from fault
    name = canonicalize_name(requirement.name)
    if requirement.url:
        url = without_credentials(requirement.url)
        return LockedRequirement(name=name, version=version_in(url), url=url, hashes=hashes)
    [pin] = requirement.specifier
    return LockedRequirement(name=name, version=pin.version, hashes=hashes)


def version_in(url: str) -> str:
    """The version that the file's name says, or the commit of a repository; empty where neither is known."""
    path = unquote(urlsplit(url).path)
    filename = PurePosixPath(path).name
    try:
        if filename.endswith(".whl"):
            return str(parse_wheel_filename(filename)[1])
        if url.startswith("git+"):
            return path.rpartition("@")[2] if "@" in path else ""
        return str(parse_sdist_filename(filename)[1])
    except (InvalidWheelFilename, InvalidSdistFilename):
        return ""
