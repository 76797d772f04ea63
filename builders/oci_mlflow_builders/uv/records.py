"""The lists of files (``RECORD``) that installed distributions keep.

Source: PyPA specifications, "Recording installed projects".
"""

from __future__ import annotations

import base64
import csv
import hashlib
import os
from email.parser import HeaderParser
from pathlib import Path

import attrs
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name


@attrs.define
class InstalledDistribution:
    """One ``.dist-info`` folder with its ``RECORD``."""

    folder: Path
    #: Path as it stands in ``RECORD`` -> (hash, size).
    entries: dict[str, tuple[str, str]]

    @classmethod
    def read(cls, folder: Path) -> InstalledDistribution:
        """The distribution of a ``.dist-info`` folder."""
        with (folder / "RECORD").open(encoding="utf-8", newline="") as stream:
            rows = [(*row, "", "")[:3] for row in csv.reader(stream) if row]
        return cls(folder, {path: (hash_, size) for path, hash_, size in rows})

    @property
    def name(self) -> str:
        """Normalised (PEP 503)."""
        return canonicalize_name(self.folder.name.partition("-")[0])

    def path_of(self, entry: str) -> Path:
        """Where a file of the list lies."""
        return Path(os.path.normpath(self.folder.parent / entry))

    def refresh(self, entry: str) -> None:
        """Takes over what the file is now; drops it from the list where it is gone."""
        path = self.path_of(entry)
        if path.is_file():
            data = path.read_bytes()
            self.entries[entry] = (hash_of(data), str(len(data)))
        else:
            del self.entries[entry]

    def save(self) -> None:
        """Writes the list, sorted, as a new file: the old one may be shared with uv's cache."""
        with replacing(self.folder / "RECORD").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerows((path, *self.entries[path]) for path in sorted(self.entries))

    def requires(self) -> frozenset[str]:
        """Names of the distributions that it may need."""
        text = (self.folder / "METADATA").read_text(encoding="utf-8", errors="replace")
        names = set()
        for line in HeaderParser().parsestr(text, headersonly=True).get_all("Requires-Dist") or ():
            try:
                names.add(canonicalize_name(Requirement(line).name))
            except InvalidRequirement:  # noqa: PERF203 - one bad line must not hide the others
                continue
        return frozenset(names)


def installed_in(site_packages: Path) -> tuple[InstalledDistribution, ...]:
    """All distributions of the folder that keep a list, sorted by name."""
    folders = sorted(folder for folder in site_packages.glob("*.dist-info") if (folder / "RECORD").is_file())
    return tuple(InstalledDistribution.read(folder) for folder in folders)


def hash_of(data: bytes) -> str:
    """As it stands in ``RECORD``."""
    digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=")
    return f"sha256={digest.decode()}"


def replacing(path: Path) -> Path:
    """The path, with nothing there: what is written next is a file of its own, shared with no cache."""
    path.unlink(missing_ok=True)
    return path
