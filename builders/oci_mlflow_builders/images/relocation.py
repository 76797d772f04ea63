"""Putting the environment's place in an image into its files, as ``bin/conda-unpack`` would put it there.

No program of the environment is run for it: that may be one for another machine.
"""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs

from oci_mlflow_builders.archive.members import Member
from oci_mlflow_builders.conda_prefix.pack_files import UNPACK
from oci_mlflow_builders.conda_prefix.placeholders import BINARY, Placed
from oci_mlflow_builders.images.places import NAME
from oci_mlflow_core.errors import ImageBuildError


def placed_in(prefix: Path) -> Mapping[str, tuple[Placed, ...]]:
    """The files that hold a placeholder, by their path, as ``bin/conda-unpack`` lists them; none where there is none.

    Raises:
        ImageBuildError: Another project's ``conda-unpack`` is there, whose list cannot be read.
    """
    script = prefix / UNPACK
    if not script.is_file():
        return {}
    lists = _literals(script.read_text(encoding="utf-8", errors="replace"))
    try:
        placeholders, files = lists["PLACEHOLDERS"], lists["FILES"]
        found = [Placed(str(path), str(placeholders[number]), str(mode)) for mode, number, path in files]
    except (KeyError, IndexError, TypeError, ValueError):
        raise ImageBuildError(
            NAME,
            f"{UNPACK} of the environment does not say which files name their own place",
            hint="Let another builder make the environment, or an engine the image (-C image-builder=docker).",
        ) from None
    return {path: tuple(one for one in found if one.path == path) for path in {one.path for one in found}}


def relocated(member: Member, placed: tuple[Placed, ...], to: str) -> Member:
    """The file with `to` for its placeholders, its bytes in memory.

    Raises:
        OSError: It cannot be read.
    """
    source = member.source
    data = source if isinstance(source, bytes) else Path(source).read_bytes()
    for file in placed:
        old, new = file.placeholder.encode(), os.fsencode(to)
        data = _in_strings(data, old, new) if file.mode == BINARY else data.replace(old, new)
    return attrs.evolve(member, source=data, size=len(data))


def _in_strings(data: bytes, old: bytes, new: bytes) -> bytes:
    """Replaces within C strings, which keep their length: what a string loses is added to it as zeros."""

    def replaced(match: re.Match[bytes]) -> bytes:
        string = match.group()
        return string.replace(old, new) + b"\0" * (string.count(old) * (len(old) - len(new)))

    return re.sub(re.escape(old) + b"[^\0]*\0", replaced, data)


def _literals(script: str) -> dict[str, Any]:
    """The values that the script gives to names at its top level, where they are literals."""
    try:
        tree = ast.parse(script)
    except SyntaxError:
        return {}
    found: dict[str, Any] = {}
    for statement in tree.body:
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            try:
                found[statement.targets[0].id] = ast.literal_eval(statement.value)
            except ValueError:
                continue
    return found
