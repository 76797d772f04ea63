"""The notes that conda keeps in a prefix, freed of when, where and from which mirror it was installed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from oci_mlflow_builders.conda_prefix.packages import FOLDER, Package

#: What is kept of a note; all else says how the package came here.
_KEPT = (
    *(
        "name",
        "version",
        "build",
        "build_number",
        "subdir",
        "arch",
        "platform",
        "noarch",
        "fn",
        "size",
        "md5",
        "sha256",
    ),
    *("depends", "constrains", "features", "track_features", "license", "license_family", "timestamp"),
    *("python_site_packages_path", "preferred_env", "package_type"),
)
_KEPT_OF_PATHS = ("_path", "path_type", "sha256", "size_in_bytes", "prefix_placeholder", "file_mode", "no_link")
#: User and password; the token of a conda channel; that of a pre-authenticated request of OCI; signatures.
_CREDENTIALS = (
    (re.compile(r"//[^/@]*@"), "//"),
    (re.compile(r"/t/[^/]+/"), "/"),
    (re.compile(r"/p/[^/]+/n/"), "/n/"),
    (re.compile(r"\?[^#]*"), ""),
)
#: Where a channel that is known by its name alone is by default. In a note it stands for any mirror of it.
_DEFAULT_ALIAS = "https://conda.anaconda.org"


def write_notes(prefix: Path, packages: Iterable[Package], changes: Mapping[str, dict[str, Any] | None]) -> None:
    """Writes the packages' notes, and a history without events.

    Args:
        prefix: The environment.
        packages: All of it, `located`.
        changes: What has to be said about files that are not as they were brought: by path, what else the entry
            says, or None for a file that is gone.
    """
    for package in packages:
        package.note.unlink()  # it may be a link to a cache
        text = json.dumps(_settled(package, changes), indent=1, sort_keys=True)
        package.note.write_text(f"{text}\n", encoding="utf-8")
    history = prefix / FOLDER / "history"
    history.unlink(missing_ok=True)
    history.write_text("", encoding="utf-8")


def located(package: Package, channels: Mapping[str, str]) -> Package:
    """The package with its channel and URL as `channels` names them by the file's name, or else without credentials."""
    plain = dict(package.plain)
    filename = str(plain.get("fn") or str(plain.get("url", "")).rpartition("/")[2])
    if filename in channels:
        channel = channels[filename].rstrip("/")
        base = channel if "://" in channel else f"{_DEFAULT_ALIAS}/{channel}"
        plain.update(channel=channel, url=f"{base}/{plain.get('subdir')}/{filename}")
    for key in ("channel", "url"):
        plain[key] = without_credentials(str(plain.get(key) or ""))
    return Package(package.note, plain)


def without_credentials(url: str) -> str:
    """The URL without what would let somebody in: user and password, tokens in its path, and its query."""
    for pattern, instead in _CREDENTIALS:
        url = pattern.sub(instead, url)
    return url


def _settled(package: Package, changes: Mapping[str, dict[str, Any] | None]) -> dict[str, Any]:
    kept = {key: package.plain[key] for key in _KEPT if package.plain.get(key) not in (None, "")}
    entries = [
        {**{key: entry[key] for key in _KEPT_OF_PATHS if key in entry}, **(changes.get(entry["_path"]) or {})}
        for entry in sorted(package.paths, key=lambda entry: str(entry["_path"]))
        if changes.get(entry["_path"], entry) is not None
    ]
    return {
        **kept,
        "channel": package.plain["channel"],
        "url": package.plain["url"],
        "depends": package.plain.get("depends") or [],
        "constrains": package.plain.get("constrains") or [],
        "files": [entry["_path"] for entry in entries],
        "paths_data": {
            "paths_version": 1,
            "paths": [{key: value for key, value in entry.items() if value is not None} for entry in entries],
        },
        # conda reads them; where the package was unpacked is nobody's concern in a pack.
        "extracted_package_dir": "",
        "link": {"source": "", "type": 1},
    }
