"""The packages of a lock as files: downloaded and checked here, so that whatever installs them needs no channel.

The tool that installs them gets no credential, asks no server, and is not misled by its own settings about channels.
"""

from __future__ import annotations

import asyncio
import hashlib
import shutil
from collections.abc import Mapping
from pathlib import Path, PurePath
from urllib.parse import quote, unquote, urlsplit

import attrs

from oci_mlflow_builders.disk import space_on
from oci_mlflow_builders.growth import growth_told
from oci_mlflow_builders.locking.awaiting import awaited
from oci_mlflow_builders.locking.channel_faults import told
from oci_mlflow_builders.locking.channels import Channel, Channels
from oci_mlflow_builders.locking.connection import client_for, trusting
from oci_mlflow_builders.uv.complaints import counted
from oci_mlflow_core.errors import BuildError
from oci_mlflow_core.model.environment import EnvironmentRequest, Lock, LockedCondaPackage
from oci_mlflow_core.ports.progress_sink import Step

#: Downloads that go on at a time.
_AT_ONCE = 5
_PIECE = 1 << 20


@attrs.frozen
class Archive:
    """The file of one package."""

    package: LockedCondaPackage
    #: Relative to the folder of all archives: a folder a channel, the subdir below it, as in a channel.
    path: PurePath

    def explicit(self, folder: PurePath) -> str:
        """Its line in a file that conda installs from, where the archives lie in `folder` (absolute)."""
        place = f"file://{quote(str(folder / self.path))}"
        return f"{place}#{self.package.md5}" if self.package.md5 else place


def archives_of(lock: Lock) -> tuple[Archive, ...]:
    """The archives of the lock's conda packages, in the lock's order."""
    numbers = {name: str(number) for number, name in enumerate(sorted({one.channel for one in lock.conda}))}
    return tuple(
        Archive(package, PurePath(numbers[package.channel], package.subdir, package.filename)) for package in lock.conda
    )


def explicit_file(archives: tuple[Archive, ...], folder: PurePath) -> str:
    """What conda, mamba and micromamba take as ``create --file``: these packages, and no solving."""
    return "\n".join(["@EXPLICIT", *(archive.explicit(folder) for archive in archives), ""])


@attrs.frozen(kw_only=True)
class Downloads:
    """Downloads the packages of a lock.

    Args:
        builder: Whom errors are told of.
        environ: Variables that say where channels are and how they are reached.
    """

    builder: str
    environ: Mapping[str, str] = attrs.field(repr=False)

    def into(self, folder: Path, request: EnvironmentRequest, lock: Lock, step: Step) -> tuple[Archive, ...]:
        """Downloads them into the folder, each with the hash of the lock.

        Raises:
            BuildError: One cannot be downloaded, or is not the one that was locked.
            ChannelError: A channel may not be used, or needs a variable that is not set.
            CondarcError: A configuration file of conda cannot be read.
            OutOfSpaceError: The disk is full.
        """
        archives = archives_of(lock)
        channels = Channels.of_request(request, self.environ)
        places = {archive: channels.locked(archive.package.channel) for archive in archives}
        for archive in archives:
            (folder / archive.path).parent.mkdir(parents=True, exist_ok=True)
        total = sum(archive.package.size for archive in archives)
        step.says(f"downloading {counted(archives, 'conda package')}")
        with space_on(folder, "downloading packages"), growth_told(folder, step, total or None):
            with trusting(channels.settings, self.environ):
                awaited(lambda: self._all(places, folder, channels))
            for archive, channel in places.items():
                self._check(archive, channel, folder)
        return archives

    async def _all(self, places: Mapping[Archive, Channel], folder: Path, channels: Channels) -> None:
        client = client_for(channels.settings, self.environ)
        free = asyncio.Semaphore(_AT_ONCE)

        async def one(archive: Archive, channel: Channel) -> None:
            from rattler.package_streaming import download_to_path  # noqa: PLC0415 - heavy, and only needed here

            url = channel.url_of(archive.package.subdir, archive.package.filename)
            async with free:
                try:
                    if url.startswith("file:"):
                        _copy(url, folder / archive.path)
                    else:
                        await download_to_path(client, url, folder / archive.path)
                except Exception as fault:
                    if isinstance(fault, OSError) and fault.errno:
                        raise
                    raise self._told(_complaint(fault), archive, channel) from None

        await asyncio.gather(*(one(archive, channel) for archive, channel in places.items()))

    def _check(self, archive: Archive, channel: Channel, folder: Path) -> None:
        digest = hashlib.sha256()
        with (folder / archive.path).open("rb") as stream:
            while piece := stream.read(_PIECE):
                digest.update(piece)
        if digest.hexdigest() != archive.package.sha256:
            mismatch = f"hash mismatch of it: expected {archive.package.sha256}, got {digest.hexdigest()}"
            raise self._told(mismatch, archive, channel)

    def _told(self, complaint: str, archive: Archive, channel: Channel) -> BuildError:
        return told(self.builder, "build", complaint, [channel], package=archive.package.filename)


def _complaint(fault: Exception) -> str:
    """What rattler says; where bytes end too early, that is an error of reading without a number."""
    return f"the connection was cut ({fault})" if isinstance(fault, OSError) else str(fault)


def _copy(url: str, to: Path) -> None:
    """Does for a channel in a folder what a download does for others."""
    try:
        shutil.copyfile(unquote(urlsplit(url).path), to)
    except FileNotFoundError:
        msg = f"(404 Not Found) for url ({url})"
        raise LookupError(msg) from None
