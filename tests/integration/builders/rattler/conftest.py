"""What tests of conda environments share."""

from __future__ import annotations

from pathlib import Path

import pytest
from integration.builders.rattler.forge import Forge
from rig.channel.channels import Channels
from rig.channel.server import ChannelServer
from tiny_wheels import make_wheel


@pytest.fixture
def forge(channels: Channels, channel_server: ChannelServer, tmp_path: Path) -> Forge:
    """Makes environments from the rig's channels over HTTP."""
    return Forge(folder=tmp_path, alias=channel_server.url, python=channels.python, glibc=channels.glibc)


@pytest.fixture
def wheels(tmp_path: Path) -> Path:
    """A folder with the wheel of 'tiny', which has a console script and needs 'six'."""
    folder = tmp_path / "wheels"
    files = {"tiny.py": "import six\n\ndef main():\n    import sys\n    print('tiny', six.__version__, sys.prefix)\n"}
    make_wheel(folder, "tiny", requires=("six",), files=files, scripts={"tiny": "tiny:main"})
    make_wheel(folder, "six", version="99.0")
    return folder
