"""Every fixture of the rig, for the tests that ask for one by name."""

from __future__ import annotations

from rig.channel.fixtures import (
    channel_server,
    channel_url,
    channels,
    channels_with_aarch64,
)
from rig.engine.fixtures import conda_image, engine

__all__ = ["channel_server", "channel_url", "channels", "channels_with_aarch64", "conda_image", "engine"]
