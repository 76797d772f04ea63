"""Solving for and installing from the rig's channels with py-rattler, as plainly as it can be done."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from rattler import (
    BuildString,
    Channel,
    ChannelConfig,
    Client,
    Gateway,
    GenericVirtualPackage,
    PackageName,
    RepoDataRecord,
    Subdir,
    Version,
    install,
    solve,
)


def virtual_packages(glibc: str = "2.36", cuda: str | None = None) -> list[GenericVirtualPackage]:
    """Those of a Linux machine."""
    versions = {"__unix": "0", "__linux": "6.1", "__glibc": glibc, **({} if cuda is None else {"__cuda": cuda})}
    return [
        GenericVirtualPackage(PackageName(name), Version(version), BuildString("0"))
        for name, version in versions.items()
    ]


def solved(
    alias: str,
    specs: Sequence[str],
    *,
    cache: Path,
    names: Sequence[str] = ("conda-forge",),
    subdir: str = "linux-64",
    client: Client | None = None,
) -> list[RepoDataRecord]:
    """What these specs come to, of the channels with these names below the alias."""
    channels = [Channel(name, ChannelConfig(channel_alias=alias)) for name in names]
    gateway = Gateway(cache_dir=cache / "repodata", client=client)
    return asyncio.run(
        solve(
            channels,
            list(specs),
            gateway=gateway,
            platforms=[Subdir(subdir), Subdir("noarch")],
            virtual_packages=virtual_packages(),
        )
    )


def installed(
    records: list[RepoDataRecord], prefix: Path, *, cache: Path, subdir: str = "linux-64", client: Client | None = None
) -> Path:
    """The prefix, with these packages in it."""
    asyncio.run(
        install(
            records,
            prefix,
            cache_dir=cache / "pkgs",
            platform=Subdir(subdir),
            show_progress=False,
            execute_link_scripts=False,
            client=client,
        )
    )
    return prefix
