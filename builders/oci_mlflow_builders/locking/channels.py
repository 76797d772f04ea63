"""Which place a channel's name means: names and URLs as in conda.yaml become base URLs.

Source: conda documentation, "Managing channels" and "Settings" (``channel_alias``, ``custom_channels``,
``custom_multichannels``, ``default_channels``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import attrs

from oci_mlflow_builders.locking.condarc import DEFAULT_CHANNELS, CondaSettings, read_conda_settings
from oci_mlflow_builders.locking.credentials import cleaned, masked, secrets_of
from oci_mlflow_builders.locking.expansion import expanded, unset_in, values_in
from oci_mlflow_core.model.environment import EnvironmentRequest

#: Names the URL that names of channels are below, such as a mirror's; over conda's own setting.
ALIAS_VARIABLE = "OCI_MLFLOW_CHANNEL_ALIAS"
#: Where names of channels lie that nobody says more about.
ANACONDA = "https://conda.anaconda.org"
#: What is searched where neither the model nor conda's settings name a channel.
USUAL = ("conda-forge",)
_URL = re.compile(r"^[A-Za-z][A-Za-z0-9+.\-]*://")
_PATH = re.compile(r"^(\.{0,2}/|~|[A-Za-z]:[\\/])")
#: conda's own ``custom_channels``: the parts of ``defaults`` have names, too.
_BUILT_IN = {"pkgs": "https://repo.anaconda.com"}


class ChannelError(Exception):
    """A channel cannot be used, with what to do about it."""

    def __init__(self, reason: str, hint: str) -> None:
        super().__init__(reason)
        self.hint = hint


@attrs.frozen
class Channel:
    """A channel with its place."""

    #: As a lock names it: as conda.yaml does, or the URL without credentials.
    name: str
    #: With credentials where it has some, without a slash at its end.
    url: str = attrs.field(repr=False)
    #: Values of the environment that are part of the URL.
    _values: frozenset[str] = attrs.field(default=frozenset(), repr=False, eq=False)

    @property
    def secrets(self) -> frozenset[str]:
        """What no output may show."""
        return secrets_of(self.url) | self._values

    @property
    def shown(self) -> str:
        """For messages: the name, and the place where that says more."""
        place = masked(cleaned(self.url), self._values)
        return self.name if place == self.name else f"{self.name} ({place})"

    def url_of(self, subdir: str, filename: str) -> str:
        """Where a file of the channel is."""
        return f"{self.url}/{subdir}/{filename}"


@attrs.frozen
class Channels:
    """The channels of one request, and the settings by which others are found."""

    _settings: CondaSettings
    #: What names are below, where this project was told so; empty where conda's settings decide.
    _alias: str
    _environ: Mapping[str, str] = attrs.field(repr=False)
    #: In order of priority.
    listed: tuple[Channel, ...] = ()

    @classmethod
    def of_request(cls, request: EnvironmentRequest, environ: Mapping[str, str]) -> Channels:
        """Those that the request names, else those of conda's settings, else conda-forge.

        Raises:
            ChannelError: One may not be used, or its URL needs a variable that is not set.
            CondarcError: A configuration file of conda cannot be read.
        """
        settings = read_conda_settings(environ)
        alias = request.settings.channel_alias or environ.get(ALIAS_VARIABLE, "").strip()
        unlisted = cls(settings, expanded(alias, environ).rstrip("/"), environ)
        named = request.channels or settings.channels or USUAL
        found = {channel.url: channel for name in named for channel in unlisted.found(name)}
        return attrs.evolve(unlisted, listed=tuple(found.values()))

    @property
    def settings(self) -> CondaSettings:
        """Conda's own settings."""
        return self._settings

    @property
    def secrets(self) -> frozenset[str]:
        """What no output may show."""
        return frozenset().union(*(channel.secrets for channel in self.listed))

    def locked(self, name: str) -> Channel:
        """The channel that a lock calls so; its credentials come from the request where it lists the channel.

        Raises:
            ChannelError: It may not be used.
        """
        listed = next((channel for channel in self.listed if channel.name == name), None)
        return listed or self.found(name)[0]

    def found(self, name: str) -> tuple[Channel, ...]:
        """The channels that a name or URL means; several for ``defaults`` and its like.

        Raises:
            ChannelError: It may not be used, or needs a variable that is not set.
        """
        text = expanded(name.strip(), self._environ).rstrip("/")
        if (unset := unset_in(text)) is not None:
            reason = f"the channel '{name}' needs the environment variable {unset}, which is not set"
            raise ChannelError(reason, "Set it in the environment of this command.")
        channels = tuple(self._channels(text))
        for channel in channels:
            self._check(channel)
        if not _URL.match(text) or text == name.strip().rstrip("/"):
            return channels
        # Values of the environment are no part of what a URL is called: they may be secret, and others tomorrow.
        written, values = cleaned(name.strip().rstrip("/")), values_in(name, self._environ)
        return tuple(Channel(_known(written), channel.url, values) for channel in channels)

    def _channels(self, name: str) -> Iterator[Channel]:
        several = self._several(name)
        if several is not None:
            for each in several:
                yield from self._channels(each.rstrip("/"))
        elif _URL.match(name):
            yield Channel(_known(cleaned(name)), name)
        elif _PATH.match(name):
            place = Path(name).expanduser().absolute().as_uri()
            yield Channel(place, place)
        else:
            yield Channel(name, self._place(name))

    def _several(self, name: str) -> tuple[str, ...] | None:
        if name in self._settings.custom_multichannels:
            return self._settings.custom_multichannels[name]
        return (self._settings.default_channels or DEFAULT_CHANNELS) if name == "defaults" else None

    def _place(self, name: str) -> str:
        settings = self._settings
        if self._alias:
            return f"{self._alias}/{name}"
        if mirrors := settings.mirrored_channels.get(name):
            return mirrors[0].rstrip("/")
        custom = {**_BUILT_IN, **settings.custom_channels}
        parts = name.split("/")
        for length in range(len(parts), 0, -1):
            if base := custom.get("/".join(parts[:length])):
                return f"{base.rstrip('/')}/{name}"
        return f"{(settings.channel_alias or ANACONDA).rstrip('/')}/{name}"

    def _check(self, channel: Channel) -> None:
        allowed = {place.url for name in self._settings.allowlist_channels for place in self._channels(name)}
        denied = {place.url for name in self._settings.denylist_channels for place in self._channels(name)}
        if (allowed and channel.url not in allowed) or channel.url in denied:
            raise ChannelError(
                f"conda's settings forbid the channel {channel.shown}",
                "See allowlist_channels and denylist_channels in .condarc, or ask who administers this machine.",
            )


def _known(url: str) -> str:
    """The short name of a place that has one, so that a lock says the same whoever wrote the channel how."""
    for base in (ANACONDA, *_BUILT_IN.values()):
        if url.startswith(f"{base}/"):
            return url[len(base) + 1 :]
    return url
