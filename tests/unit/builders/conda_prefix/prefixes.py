"""Small prefixes with the notes that conda keeps, made without conda."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import attrs

PLACEHOLDER = "/build/" + "placehold_" * 20


def sha256_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@attrs.define
class Prefix:
    """A prefix, and the package 'probe' in it."""

    path: Path
    cache: Path
    entries: list[dict[str, Any]] = attrs.field(factory=list)
    #: What the note says beside what every note says.
    plain: dict[str, Any] = attrs.field(factory=dict)

    def file(self, name: str, data: bytes) -> Path:
        """A file that no package brought."""
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    def brings(self, name: str, original: bytes, installed: bytes | None = None, **entry: Any) -> Path:
        """A file that the package brought, and what was made of it when it was installed."""
        said = {"_path": name, "path_type": "hardlink", "sha256": sha256_of(original), "size_in_bytes": len(original)}
        if installed is not None:
            mode = "binary" if b"\0" in original else "text"
            said.update(prefix_placeholder=PLACEHOLDER, file_mode=mode, sha256_in_prefix=sha256_of(installed))
        self.entries.append({key: value for key, value in {**said, **entry}.items() if value is not None})
        self.note()
        return self.file(name, original if installed is None else installed)

    def note(self) -> Path:
        """Writes the package's note."""
        plain = {
            "name": "probe",
            "version": "1.0",
            "build": "h1_0",
            "fn": "probe-1.0-h1_0.conda",
            "subdir": "linux-64",
            "channel": "https://host/channel/",
            "url": "https://host/channel/linux-64/probe-1.0-h1_0.conda",
            "depends": ["other"],
            "files": [entry["_path"] for entry in self.entries],
            "paths_data": {"paths_version": 1, "paths": self.entries},
            **self.plain,
        }
        return self.file("conda-meta/probe-1.0-h1_0.json", json.dumps(plain).encode())

    def noted(self) -> dict[str, Any]:
        """What the note says now."""
        plain: dict[str, Any] = json.loads((self.path / "conda-meta" / "probe-1.0-h1_0.json").read_text())
        return plain

    def noted_of(self, name: str) -> dict[str, Any]:
        """What it says about one file."""
        (entry,) = (entry for entry in self.noted()["paths_data"]["paths"] if entry["_path"] == name)
        return dict(entry)

    def cached(self, name: str, data: bytes) -> None:
        """Puts the package's own bytes of a file into the cache."""
        path = self.cache / "probe-1.0-h1_0" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
