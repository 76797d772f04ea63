"""Records of conda packages: from the solver into a lock, and from a lock for the installer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oci_mlflow_builders.locking.channels import Channel, Channels
from oci_mlflow_core.errors import BuildError
from oci_mlflow_core.model.environment import LockedCondaPackage

if TYPE_CHECKING:
    from rattler import RepoDataRecord
    from rattler.package import NoArchLiteral


def locked_record(record: RepoDataRecord, channels: Channels, builder: str) -> LockedCondaPackage:
    """What a lock keeps of a solved record.

    Raises:
        BuildError: The channel does not say the package's SHA-256.
    """
    channel = _channel_of(record.url, channels)
    name = record.name.normalized
    if record.sha256 is None:
        reason = (
            f"the channel {channel.shown} does not say the SHA-256 of {record.file_name}, so that it cannot be locked"
        )
        raise BuildError(builder=builder, stage="lock", reason=reason, hint="Have the channel indexed again.")
    return LockedCondaPackage(
        name=name,
        version=str(record.version),
        build=str(record.build),
        channel=channel.name,
        subdir=record.subdir,
        filename=record.file_name,
        sha256=record.sha256.hex(),
        md5="" if record.md5 is None else record.md5.hex(),
        size=record.size or 0,
        depends=tuple(record.depends),
        constrains=tuple(record.constrains),
        noarch="python" if record.noarch.python else "generic" if record.noarch.generic else "",
        build_number=record.build_number,
        python_site_packages_path=record.python_site_packages_path or "",
    )


def record_of(package: LockedCondaPackage, url: str) -> RepoDataRecord:
    """The record that rattler installs from, of a package that lies at `url`."""
    from rattler import BuildString, PackageRecord, RepoDataRecord  # noqa: PLC0415 - heavy

    record = PackageRecord(
        name=package.name,
        version=package.version,
        build=BuildString(package.build),
        build_number=package.build_number,
        subdir=package.subdir,
        noarch=_noarch(package),
        depends=list(package.depends),
        constrains=list(package.constrains),
        sha256=bytes.fromhex(package.sha256),
        md5=bytes.fromhex(package.md5) if package.md5 else None,
        size=package.size or None,
        python_site_packages_path=package.python_site_packages_path or None,
    )
    return RepoDataRecord(record, package.filename, url, url.rpartition("/")[0].rpartition("/")[0])


def _noarch(package: LockedCondaPackage) -> NoArchLiteral | None:
    return "python" if package.noarch == "python" else "generic" if package.noarch else None


def _channel_of(url: str, channels: Channels) -> Channel:
    """The listed channel with the longest URL that begins so."""
    fitting = [channel for channel in channels.listed if url.startswith(f"{channel.url}/")]
    return max(fitting, key=lambda channel: len(channel.url))
