"""What pip and uv keep about distributions that they installed, freed of the folder that it was done in."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
from collections.abc import Collection, Iterator
from pathlib import Path, PurePosixPath

from oci_mlflow_builders.conda_prefix.bookkeeping import without_credentials
from oci_mlflow_builders.conda_prefix.files import replace

#: Notes of uv about its own cache, and about when something was built.
_INSTALLER_NOTES = ("uv_build.json", "uv_cache.json")


def own_distributions(prefix: Path, owned: Collection[str]) -> list[str]:
    """Folders of metadata of what pip or uv, not conda, installed; relative to the prefix."""
    found = prefix.glob("lib/python3*/site-packages/*.dist-info/METADATA")
    names = (path.parent.relative_to(prefix).as_posix() for path in found)
    return sorted(name for name in names if f"{name}/METADATA" not in owned)


def drop_notes(prefix: Path, folders: Collection[str]) -> Iterator[str]:
    """Removes what is true on this machine only, and credentials; gives the files that are changed or gone."""
    for folder in folders:
        for name in _INSTALLER_NOTES:
            if (prefix / folder / name).is_file():
                (prefix / folder / name).unlink()
                yield f"{folder}/{name}"
        origin = prefix / folder / "direct_url.json"
        if origin.is_file() and _changed_origin(origin):
            yield f"{folder}/direct_url.json"


def _changed_origin(origin: Path) -> bool:
    text = origin.read_text(encoding="utf-8")
    plain = json.loads(text)
    url = str(plain.get("url", ""))
    if url.startswith("file:"):
        origin.unlink()
        return True
    cleaned = json.dumps({**plain, "url": without_credentials(url)}, sort_keys=True)
    if cleaned != text:
        replace(origin, cleaned.encode())
    return cleaned != text


def refresh_records(prefix: Path, folders: Collection[str], changed: Collection[str]) -> None:
    """Lets the distributions' lists of files say what is there now.

    Args:
        prefix: The environment.
        folders: From `own_distributions`.
        changed: Files that are other than they were when they were listed, or gone.
    """
    for folder in folders:
        record = prefix / folder / "RECORD"
        if not record.is_file():
            continue
        with record.open(encoding="utf-8", newline="") as stream:
            rows = [row for row in csv.reader(stream) if row]
        settled = sorted(_rows(prefix, PurePosixPath(folder).parent, rows, frozenset(changed)))
        if settled != rows:
            replace(record, _text(settled).encode())


def _rows(
    prefix: Path, site_packages: PurePosixPath, rows: list[list[str]], changed: frozenset[str]
) -> Iterator[list[str]]:
    for row in rows:
        name = _normal(site_packages / row[0])
        if name not in changed:
            yield row
        elif (prefix / name).is_file():
            data = (prefix / name).read_bytes()
            digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
            yield [row[0], f"sha256={digest}", str(len(data))]


def _normal(path: PurePosixPath) -> str:
    parts: list[str] = []
    for part in path.parts:
        if part == "..":
            parts = parts[:-1]
        else:
            parts.append(part)
    return "/".join(parts)


def _text(rows: list[list[str]]) -> str:
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator="\n").writerows(rows)
    return stream.getvalue()
