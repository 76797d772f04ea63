"""Whether what packages brought is still there as they brought it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from oci_mlflow_builders.conda_prefix.faults import SettlingError
from oci_mlflow_builders.conda_prefix.files import sha256_of_file
from oci_mlflow_builders.conda_prefix.packages import Claim


def as_brought(file: Path, claims: Sequence[Claim]) -> bool:
    """Whether the file has the bytes that one of its packages brought; those that note no hash are believed."""
    noted = {claim.sha256 for claim in claims}
    return None in noted or sha256_of_file(file) in noted


def written_over(prefix: Path, path: str, claim: Claim, distributions: Collection[str]) -> SettlingError:
    """The error for a file that is gone or other than its package brought it.

    Args:
        prefix: The environment.
        path: The file.
        claim: Of the package that brought it.
        distributions: Folders of metadata of what pip or uv installed.
    """
    change = "is gone" if not (prefix / path).exists() else "is not as it brought it"
    by = _culprit(prefix, path, claim, distributions)
    return SettlingError(
        f"conda's {claim.package.title} was installed over{by}: its {path} {change}",
        "Ask for the package in one place, the conda part or the pip part, or for the same version in both.",
    )


def missing(claims: Mapping[str, Sequence[Claim]], present: Collection[str]) -> list[str]:
    """Files that packages brought and that are not there; code that is compiled anew may be missing."""
    return sorted(
        path
        for path, of in claims.items()
        if path not in present and not path.endswith(".pyc") and not any(claim.entry.get("no_link") for claim in of)
    )


def _culprit(prefix: Path, path: str, claim: Claim, distributions: Collection[str]) -> str:
    """Which distribution it was: the one that lists the file, or else has the package's name."""
    named = [folder for folder in distributions if _name(folder) == _normalized(str(claim.package.plain["name"]))]
    listing = [folder for folder in distributions if _lists(prefix / folder / "RECORD", folder, path)]
    for folder in (*listing, *named):
        name, _, version = Path(folder).name[: -len(".dist-info")].partition("-")
        return f" by pip's {name} {version}"
    return ""


def _lists(record: Path, folder: str, path: str) -> bool:
    inside = f"{Path(folder).parent.as_posix()}/"
    entry = path[len(inside) :] if path.startswith(inside) else f"../../../{path}"
    return (
        record.is_file()
        and re.search(rf"(?m)^\"?{re.escape(entry)}\"?,", record.read_text(encoding="utf-8")) is not None
    )


def _name(folder: str) -> str:
    return _normalized(Path(folder).name.partition("-")[0])


def _normalized(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
