"""Getting back the bytes that a package brought for a file in which its placeholder was replaced."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from oci_mlflow_builders.conda_prefix.faults import SettlingError
from oci_mlflow_builders.conda_prefix.files import sha256_of
from oci_mlflow_builders.conda_prefix.packages import Claim, Package
from oci_mlflow_builders.conda_prefix.placeholders import taken_out

#: What conda, rattler and mamba write for a first line that got too long or has spaces.
_LONG_HEAD = re.compile(rb"\A#!/bin/sh\n'''exec' \"([^\"\n]+)\" \"\$0\" \"\$@\" #'''\n")


class Originals:
    """Finds them; whatever is found has the sha256 that the package notes.

    Args:
        homes: The prefix as files may have it, in all its spellings.
        caches: Folders in which packages lie unpacked, beside those that the packages' notes name.
    """

    def __init__(self, homes: Sequence[bytes], caches: Iterable[Path] = ()) -> None:
        self._homes = tuple(homes)
        self._caches = tuple(caches)

    def of(self, claims: Sequence[Claim], data: bytes) -> tuple[Claim, bytes]:
        """The package's own bytes of a file that now has these, and which of those that brought it that is.

        Raises:
            SettlingError: They cannot be known for certain.
        """
        for claim in claims:
            placeholder = (claim.placeholder or "").encode()
            for candidate in self._candidates(claim, data):
                if placeholder in candidate and claim.sha256 in (None, sha256_of(candidate)):
                    return claim, candidate
        raise self._lost(claims[-1])

    def _lost(self, claim: Claim) -> SettlingError:
        where = ", ".join(str(folder) for folder in self._folders(claim.package)) or "no cache"
        return SettlingError(
            f"{claim.path} of {claim.package.title} was changed after it was installed: putting its placeholder back "
            f"does not give the package's own bytes, and the package is not in the cache ({where})",
            "Keep the cache of packages until the environment is packed, and let nothing write over packages' files.",
        )

    def _candidates(self, claim: Claim, data: bytes) -> Iterator[bytes]:
        if claim.sha256 is not None:
            placeholder = (claim.placeholder or "").encode()
            for home in self._homes:
                yield taken_out(data, home, placeholder, claim.mode)
                yield taken_out(_with_short_head(data), home, placeholder, claim.mode)
        for folder in self._folders(claim.package):
            for name in _names_in_package(claim.path):
                if (folder / name).is_file():
                    yield (folder / name).read_bytes()

    def _folders(self, package: Package) -> tuple[Path, ...]:
        noted = (package.plain.get("extracted_package_dir"), (package.plain.get("link") or {}).get("source"))
        folders = [cache / package.stem for cache in self._caches] + [Path(folder) for folder in noted if folder]
        return tuple(folder for folder in dict.fromkeys(folders) if folder.is_dir())


def _with_short_head(data: bytes) -> bytes:
    """The script with a first line that names its program, where that was made a command for the shell."""
    return _LONG_HEAD.sub(rb"#!\1\n", data, count=1)


def _names_in_package(path: str) -> Iterator[str]:
    """Where the file may lie in the package: packages for every platform have folders of their own."""
    yield path
    _, found, below = path.partition("/site-packages/")
    if found:
        yield f"site-packages/{below}"
    if path.startswith("bin/"):
        yield f"python-scripts/{path[len('bin/') :]}"
