"""Installing the conda packages of a lock, without a solve and without the channels' metadata."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import attrs

from oci_mlflow_builders.disk import tells_of_full_disk
from oci_mlflow_builders.locking.awaiting import awaited
from oci_mlflow_builders.locking.caching import packages_in
from oci_mlflow_builders.locking.channel_faults import told
from oci_mlflow_builders.locking.channels import Channel, Channels
from oci_mlflow_builders.locking.connection import client_for, trusting
from oci_mlflow_builders.locking.records import record_of
from oci_mlflow_builders.rattler.arrivals import arrivals
from oci_mlflow_builders.rattler.refusals import NAME
from oci_mlflow_builders.uv.complaints import counted
from oci_mlflow_core.errors import OutOfSpaceError
from oci_mlflow_core.model.environment import Lock, LockedCondaPackage
from oci_mlflow_core.ports.progress_sink import Step

if TYPE_CHECKING:
    from rattler import RepoDataRecord

_FETCHED = re.compile(r"failed to fetch (?P<package>\S+)")


@attrs.frozen(kw_only=True)
class CondaInstallation:
    """Installs one lock's conda packages into one prefix."""

    lock: Lock
    channels: Channels
    environ: Mapping[str, str] = attrs.field(repr=False)
    cache: Path
    step: Step

    def into(self, prefix: Path) -> None:
        """Installs; every file's hash is compared, also of what was downloaded before.

        Raises:
            BuildError: A package is not there any more, is not the one that was locked, or its channel cannot be asked.
            OutOfSpaceError: The disk of the cache or of the prefix is full.
        """
        self.step.says(f"installing {counted(self.lock.conda, 'conda package')}")
        records = [self._record(package) for package in self.lock.conda]
        packages = packages_in(self.cache)
        with arrivals(packages) as arriving, trusting(self.channels.settings, self.environ):
            awaited(lambda: self._install(records, prefix, (arriving, packages)))

    def _record(self, package: LockedCondaPackage) -> RepoDataRecord:
        channel = self.channels.locked(package.channel)
        url = channel.url_of(package.subdir, package.filename)
        if url.startswith("file:"):
            _compare(Path(unquote(urlsplit(url).path)), package, channel)
        return record_of(package, url)

    async def _install(self, records: list[RepoDataRecord], prefix: Path, caches: tuple[Path, ...]) -> None:
        from rattler import Subdir, install  # noqa: PLC0415 - heavy
        from rattler.exceptions import InstallerError, LinkError, TransactionError  # noqa: PLC0415
        from rattler.package_cache import PackageCache, ValidationMode  # noqa: PLC0415

        from oci_mlflow_builders.rattler.progress import Progress  # noqa: PLC0415 - imports rattler

        try:
            await install(
                records,
                prefix,
                package_cache=PackageCache.new_layered([*caches], validation_mode=ValidationMode.full()),
                platform=Subdir(self.lock.platform.value),
                # What packages would run is for the target's machine, and is not confined to the prefix.
                execute_link_scripts=False,
                show_progress=False,
                client=client_for(self.channels.settings, self.environ),
                reporter=Progress(self.lock.conda, self.step),  # type: ignore[abstract]  # what is left out has a body
            )
        except (InstallerError, LinkError, TransactionError) as fault:
            package = _FETCHED.search(str(fault))
            if tells_of_full_disk(str(fault)):
                raise OutOfSpaceError(self.cache if package else prefix, "building the environment") from None
            asked = list(self._asked())
            raise told(NAME, "build", str(fault), asked, package=package["package"] if package else "") from None

    def _asked(self) -> Iterator[Channel]:
        for name in sorted({package.channel for package in self.lock.conda}):
            yield self.channels.locked(name)


def _compare(file: Path, package: LockedCondaPackage, channel: Channel) -> None:
    """Does for channels in folders what rattler does for those that it downloads from."""
    try:
        with file.open("rb") as stream:
            digest = hashlib.sha256()
            while piece := stream.read(1 << 20):
                digest.update(piece)
            found = digest.hexdigest()
    except FileNotFoundError:
        complaint = f"failed to fetch {package.filename} (404 Not Found) for url ({file.as_uri()})"
        raise told(NAME, "build", complaint, [channel], package=package.filename) from None
    if found != package.sha256:
        complaint = f"hash mismatch of {file.as_uri()}: expected {package.sha256}, got {found}"
        raise told(NAME, "build", complaint, [channel], package=package.filename)
