"""Conda's match specs as rattler's solver takes them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from oci_mlflow_builders.locking.channels import Channels
from oci_mlflow_core.planning.environment.match_spec import MatchSpec

if TYPE_CHECKING:
    import rattler

_BRACKET_CHANNEL = re.compile(r",?\s*channel\s*=\s*('[^']*'|\"[^\"]*\"|[^,\]]*)")


def rattler_specs(texts: Iterable[str], channels: Channels) -> list[rattler.MatchSpec]:
    """The specs, with the channels that they name where these really are.

    Raises:
        InvalidMatchSpecError: rattler does not understand one.
        ChannelError: One names a channel that cannot be used.
    """
    import rattler  # noqa: PLC0415 - heavy

    return [rattler.MatchSpec(placed(text, channels), strict=False) for text in texts]


def placed(text: str, channels: Channels) -> str:
    """A spec whose channel, where it names one, is a URL: rattler knows names below conda's own address only."""
    parsed = MatchSpec.parse(text)
    if not parsed.channel_name:
        return text
    url = channels.locked(parsed.channel_name).url
    rest = _BRACKET_CHANNEL.sub("", text.rpartition("::")[2]).replace("[,", "[").replace("[]", "").strip()
    return f"{url}::{rest}"
