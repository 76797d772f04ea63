"""One installer a test, with channels that are served to it alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from integration.builders.conda_prefix.installing import Installer, lay
from rig.channel.channels import Channels
from rig.channel.server import ChannelServer
from rig.needed import lacking
from tiny_wheels import make_wheel


@pytest.fixture
def installer(channels: Channels, channel_server: ChannelServer, tmp_path: Path) -> Installer:
    reason = channels.why_without("prefixprobe")
    if reason is not None:
        lacking(reason)
    return Installer(channels, channel_server.url, tmp_path / "work")


@pytest.fixture
def wheels(tmp_path: Path) -> Path:
    """A folder with the wheels of 'tiny', which has a console script, and of a newer 'six' than the channel's."""
    folder = tmp_path / "wheels"
    code = "def main():\n    import sys\n    print('tiny', sys.prefix)\n"
    make_wheel(folder, "tiny", files={"tiny.py": code}, scripts={"tiny": "tiny:main"})
    make_wheel(folder, "six", "1.17.0")
    return folder


@pytest.fixture
def prefix(installer: Installer, wheels: Path) -> Path:
    """A prefix with packages of conda and one of pip, as it was installed."""
    prefix = installer.install()
    lay(prefix, wheels, "tiny")
    return prefix
