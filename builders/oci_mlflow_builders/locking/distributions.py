"""Which Python distributions conda's packages bring, known before any of them is downloaded.

The list of a package's files lies in a part of a ``.conda`` archive that can be fetched alone. Source: conda's
documentation of its package format, and PyPA's "Recording installed projects".
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import attrs
from packaging.utils import canonicalize_name

from oci_mlflow_builders.locking.awaiting import awaited
from oci_mlflow_builders.locking.channel_faults import told
from oci_mlflow_builders.locking.channels import Channel, Channels
from oci_mlflow_builders.locking.connection import client_for, trusting
from oci_mlflow_core.model.environment import LockedCondaPackage

if TYPE_CHECKING:
    from rattler.networking import Client

_METADATA = re.compile(
    r"(?:^|/)site-packages/(?P<name>[^/]+?)-(?P<version>[^/-]+)(?:-py[0-9.]+)?\.(?:dist-info/METADATA|egg-info(?:/PKG-INFO)?)$"
)
_INTERPRETERS = frozenset({"python", "python_abi"})


@attrs.frozen(order=True)
class Distribution:
    """A Python distribution that a conda package holds."""

    #: Normalised (PEP 503).
    name: str
    version: str


@attrs.frozen(kw_only=True)
class Distributions:
    """Looks into the conda packages of a lock."""

    builder: str
    channels: Channels
    environ: Mapping[str, str] = attrs.field(repr=False)
    #: A folder that remembers what was seen, by the hash of the package.
    cache: Path

    def of(self, packages: tuple[LockedCondaPackage, ...]) -> tuple[Distribution, ...]:
        """What the packages bring that pip would install otherwise, sorted.

        Raises:
            BuildError: A package cannot be looked into.
        """
        for_python = [package for package in packages if _is_for_python(package)]
        self.cache.mkdir(parents=True, exist_ok=True)
        with trusting(self.channels.settings, self.environ):
            found = awaited(lambda: self._all(for_python))
        return tuple(sorted({one for each in found for one in each}))

    async def _all(self, packages: list[LockedCondaPackage]) -> list[frozenset[Distribution]]:
        client = client_for(self.channels.settings, self.environ)
        return await asyncio.gather(*(self._one(package, client) for package in packages))

    async def _one(self, package: LockedCondaPackage, client: Client) -> frozenset[Distribution]:
        known = self.cache / f"{package.sha256}.json"
        try:
            return frozenset(Distribution(*pair) for pair in json.loads(known.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            pass
        found = _in_files(await self._files(package, client))
        _keep(known, found)
        return found

    async def _files(self, package: LockedCondaPackage, client: Client) -> list[str]:
        from rattler.package_streaming import PackageArchive  # noqa: PLC0415 - heavy

        channel: Channel = self.channels.locked(package.channel)
        url = channel.url_of(package.subdir, package.filename)
        try:
            if url.startswith("file:"):
                archive = await PackageArchive.from_path(Path(unquote(urlsplit(url).path)))
            else:
                archive = await PackageArchive.from_url(client, url)
            return [str(entry.relative_path) for entry in (await archive.paths_json()).paths]
        except Exception as fault:
            # rattler raises several kinds of errors here, which have no base of their own.
            raise told(self.builder, "lock", str(fault), [channel], package=package.filename) from fault


def _is_for_python(package: LockedCondaPackage) -> bool:
    needed = {spec.partition(" ")[0] for spec in package.depends}
    return package.name not in _INTERPRETERS and bool(needed & _INTERPRETERS)


def _in_files(files: list[str]) -> frozenset[Distribution]:
    matches = (_METADATA.search(file) for file in files)
    return frozenset(Distribution(canonicalize_name(match["name"]), match["version"]) for match in matches if match)


def _keep(file: Path, found: frozenset[Distribution]) -> None:
    beside = file.with_suffix(f".{id(found):x}")
    beside.write_text(json.dumps(sorted([one.name, one.version] for one in found)), encoding="utf-8")
    beside.replace(file)
