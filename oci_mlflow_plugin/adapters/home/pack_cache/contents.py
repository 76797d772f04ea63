"""Which packages of a pack take how much."""

from __future__ import annotations

import csv
import json
import re
import tarfile
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

import attrs

from oci_mlflow_core.errors import PackCorruptError

#: What belongs to no package: scripts of the pack itself, compiled files.
OTHER = "(other files)"
_CONDA = re.compile(r"conda-meta/[^/]+\.json")
_RECORD = re.compile(r"(?P<site>.*/)(?P<name>[^/]+?)-[^/-]+\.dist-info/RECORD")


@attrs.define
class _Seen:
    """What a pass over the archive gave."""

    #: Bytes by path.
    sizes: dict[str, int] = attrs.field(factory=dict)
    #: Package by path; conda's word counts before that of a RECORD.
    owners: dict[str, str] = attrs.field(factory=dict)


def package_sizes(pack: Path) -> tuple[tuple[str, int], ...]:
    """The packages of a pack with their bytes on disk, the largest first.

    Args:
        pack: A ``.tar.gz``, read once from its first byte to its last.

    Raises:
        PackCorruptError: It is none.
    """
    from oci_mlflow_builders.archive.extraction import DAMAGE  # noqa: PLC0415 - only when it is asked for
    from oci_mlflow_builders.archive.input import CompressedInput  # noqa: PLC0415

    seen = _Seen()
    damage: tuple[type[BaseException], ...] = (*DAMAGE, ValueError)
    try:
        with CompressedInput(pack) as source, tarfile.open(fileobj=source, mode="r|") as archive:  # type: ignore[call-overload]
            for member in archive:
                if member.isfile():
                    _see(seen, member.name.removeprefix("./"), member, archive)
    except damage as fault:
        raise PackCorruptError(str(pack), f"it cannot be read: {fault}") from fault
    totals: Counter[str] = Counter()
    for path, size in seen.sizes.items():
        totals[seen.owners.get(path, OTHER)] += size
    return tuple(sorted(totals.items(), key=lambda item: (-item[1], item[0])))


def _see(seen: _Seen, path: str, member: tarfile.TarInfo, archive: tarfile.TarFile) -> None:
    seen.sizes[path] = member.size
    record = _RECORD.fullmatch(path)
    if record is None and _CONDA.fullmatch(path) is None:
        return
    stream = archive.extractfile(member)
    text = stream.read().decode("utf-8", "replace") if stream else ""
    if record is None:
        document = json.loads(text)
        if isinstance(document, dict):
            seen.owners.update(dict.fromkeys(_files_of_conda(document), str(document.get("name", OTHER))))
        return
    name = record["name"].lower().replace("_", "-")
    for file in _files_of_record(text, record["site"]):
        seen.owners.setdefault(file, name)


def _files_of_conda(document: Mapping[str, object]) -> Iterator[str]:
    files = document.get("files")
    yield from (str(each) for each in files) if isinstance(files, list) else ()


def _files_of_record(text: str, site: str) -> Iterator[str]:
    for row in csv.reader(text.splitlines()):
        if row:
            yield _normal(PurePosixPath(site, row[0]))


def _normal(path: PurePosixPath) -> str:
    parts: list[str] = []
    for part in path.parts:
        if part == ".." and parts:
            parts.pop()
        else:
            parts.append(part)
    return "/".join(parts)
