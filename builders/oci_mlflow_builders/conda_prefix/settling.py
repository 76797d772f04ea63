"""From a freshly installed conda prefix to bytes that depend on its packages alone."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from oci_mlflow_builders.conda_prefix.bookkeeping import located, write_notes
from oci_mlflow_builders.conda_prefix.bytecode import drop, stale_bytecode
from oci_mlflow_builders.conda_prefix.checking import as_brought, missing, written_over
from oci_mlflow_builders.conda_prefix.distributions import drop_notes, own_distributions, refresh_records
from oci_mlflow_builders.conda_prefix.faults import SettlingError
from oci_mlflow_builders.conda_prefix.files import mentions, replace, sha256_of, tree_of
from oci_mlflow_builders.conda_prefix.links import settle_links
from oci_mlflow_builders.conda_prefix.originals import Originals
from oci_mlflow_builders.conda_prefix.pack_files import ACTIVATE, UNPACK, write_pack_files
from oci_mlflow_builders.conda_prefix.packages import FOLDER, Claim, claims_of, packages_of
from oci_mlflow_builders.conda_prefix.placeholders import BINARY, OWN, TEXT, Placed, is_binary, with_own
from oci_mlflow_builders.conda_prefix.scripts import ScriptHeads

#: Says of a whole prefix that it is a cache, which backups then leave out.
_CACHE_TAG = "CACHEDIR.TAG"


class Settled(NamedTuple):
    """What stands in a settled prefix for its own path."""

    #: Sorted by path; `bin/conda-unpack` lists the same and ``bin/activate``.
    placed: tuple[Placed, ...]

    @property
    def placeholders(self) -> tuple[str, ...]:
        """The texts, sorted."""
        return tuple(sorted({OWN, *(file.placeholder for file in self.placed)}))

    @property
    def room(self) -> int | None:
        """The most bytes that the path may have that the pack is unpacked to; None where nothing limits it."""
        return min((len(file.placeholder) for file in self.placed if file.mode == BINARY), default=None)


def settle(
    prefix: Path,
    *,
    package_caches: Iterable[Path] = (),
    channels: Mapping[str, str] | None = None,
    installed_by: Iterable[Path] = (),
) -> Settled:
    """Makes the prefix independent of its place, of caches and of mirrors, and writes ``bin/conda-unpack``.

    Every file of a package in which the prefix was put has the package's own bytes again, proven by the sha256 that
    conda-meta notes; scripts find the Python beside them; other texts with the prefix get `OWN` for it. Compiled code
    that is valid for a time or a place only is removed. The notes of conda, pip and uv keep no path, history or
    credential. A prefix is settled once, after the last package was installed into it.

    Args:
        prefix: A prefix that rattler, conda, mamba or micromamba made; files of it may be links to caches.
        package_caches: Folders in which packages lie unpacked, besides those that conda-meta names. They are needed
            only where a package says no hash of its files.
        channels: The channel of each package by the name of its file: a URL, or a name that then stands for any
            mirror. The URLs of other packages are kept, without credentials.
        installed_by: Other Pythons that scripts name in their first line, such as the one that ran pip for a prefix of
            another platform.

    Raises:
        SettlingError: A package's file is not as it brought it, a file holds the prefix and cannot be freed of it, or
            the prefix has been settled before.
        OSError: A file cannot be read or written.
    """
    if (prefix / UNPACK).exists():
        raise SettlingError(f"{prefix} has been settled before: it has {UNPACK}")
    return _Settling(prefix, package_caches, installed_by).run(channels or {})


class _Settling:
    def __init__(self, prefix: Path, package_caches: Iterable[Path], installed_by: Iterable[Path]) -> None:
        self._prefix = Path(os.path.abspath(str(prefix)))  # noqa: PTH100 - links stay as they are
        self._homes = tuple(sorted({str(self._prefix), str(self._prefix.resolve())}))
        self._bytes = tuple(os.fsencode(home) for home in self._homes)
        self._packages = packages_of(self._prefix)
        self._claims = claims_of(self._packages)
        self._originals = Originals(self._bytes, package_caches)
        placeholders = {claim.placeholder for of in self._claims.values() for claim in of if claim.placeholder}
        named = [*self._bytes, *(placeholder.encode() for placeholder in placeholders)]
        self._heads = ScriptHeads(sorted(named), [os.fsencode(str(program)) for program in installed_by])
        self._placed: list[Placed] = []
        #: What conda-meta has to say about files of packages, by path.
        self._notes: dict[str, dict[str, Any] | None] = {}
        #: Files that pip or uv listed and that are other than then, or gone.
        self._changed: set[str] = set()

    def run(self, channels: Mapping[str, str]) -> Settled:
        (self._prefix / _CACHE_TAG).unlink(missing_ok=True)
        tree = tree_of(self._prefix)
        settle_links(self._prefix, tree.links, self._homes)
        stale = frozenset(stale_bytecode(self._prefix, tree.files, self._bytes))
        drop(self._prefix, sorted(stale))
        self._changed |= stale
        present = frozenset(tree.files) - stale
        distributions = own_distributions(self._prefix, self._claims)
        for path in missing(self._claims, present | frozenset(tree.links)):
            raise written_over(self._prefix, path, self._claims[path][0], distributions)
        self._changed |= set(drop_notes(self._prefix, distributions))
        written = {f"{FOLDER}/{name}" for name in ("history", *(package.note.name for package in self._packages))}
        for path in sorted(present - self._changed - written):
            self._settle(path, distributions)
        refresh_records(self._prefix, distributions, self._changed)
        self._write_notes(present | frozenset(tree.links), channels)
        write_pack_files(self._prefix, self._placed, activate=ACTIVATE not in self._claims)
        return Settled(tuple(sorted(self._placed)))

    def _settle(self, path: str, distributions: list[str]) -> None:
        claims = self._claims.get(path)
        if claims is None:
            self._settle_own(path)
            return
        file = self._prefix / path
        placing = [claim for claim in claims if claim.placeholder]
        if placing and not (len(placing) < len(claims) and as_brought(file, claims)):
            self._settle_placed(path, file.read_bytes(), placing)
        elif claims[0].made_here or claims[0].sha256 is None:
            self._settle_own(path)
        elif not as_brought(file, claims):
            raise written_over(self._prefix, path, claims[0], distributions)

    def _settle_placed(self, path: str, data: bytes, claims: list[Claim]) -> None:
        """Gives a package's file its own bytes again; a script gets a head that finds its Python in any place."""
        claim, original = self._originals.of(claims, data)
        settled = self._heads.relocatable(original) if path.startswith("bin/") else None
        settled = original if settled is None else settled
        placeholder = claim.placeholder or ""
        still = placeholder.encode() in settled
        if still:
            self._placed.append(Placed(path, placeholder, claim.mode))
        self._write(path, settled, data)
        kept = {} if still else {"prefix_placeholder": None, "file_mode": None}
        self._notes[path] = {**_said_of(settled), **kept}

    def _settle_own(self, path: str) -> None:
        """Frees a file that no package brought, or that was made when one was installed, of the prefix."""
        if not mentions(f"{self._prefix}/{path}", self._bytes) and not path.startswith("bin/"):
            return
        data = (self._prefix / path).read_bytes()
        settled = self._heads.relocatable(data) if path.startswith("bin/") else None
        settled = data if settled is None else settled
        with_placeholder = with_own(settled, self._bytes)
        if with_placeholder != settled:
            if is_binary(settled):
                raise SettlingError(
                    f"{path} holds the path that the environment was built at, {self._homes[0]}, and it is no text",
                    "Install what brought it from a wheel or a conda package instead of building it here.",
                )
            settled = with_placeholder
            self._placed.append(Placed(path, OWN, TEXT))
        self._write(path, settled, data)
        if settled != data and path in self._claims:
            self._notes[path] = _said_of(settled)

    def _write(self, path: str, settled: bytes, data: bytes) -> None:
        if settled != data:
            replace(self._prefix / path, settled)
            self._changed.add(path)

    def _write_notes(self, present: frozenset[str], channels: Mapping[str, str]) -> None:
        gone: dict[str, dict[str, Any] | None] = {path: None for path in self._claims if path not in present}
        changes = {**self._notes, **gone}
        write_notes(self._prefix, [located(package, channels) for package in self._packages], changes)


def _said_of(data: bytes) -> dict[str, Any]:
    return {"sha256": sha256_of(data), "size_in_bytes": len(data)}
