"""What goes wrong between rattler and a channel, told as what it means."""

from __future__ import annotations

import re
from collections.abc import Iterable

from oci_mlflow_builders.locking.channels import ALIAS_VARIABLE, Channel
from oci_mlflow_builders.locking.credentials import PLACES, cleaned, masked
from oci_mlflow_core.errors import BuildError

_STATUS = re.compile(r"\((?P<status>\d{3})[^)]*\) for url \((?P<url>[^)]*)\)")
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*://[^\s)'\"]+")
_MISMATCH = re.compile(r"hash mismatch .*?expected (?P<expected>[0-9a-f]{64}), got (?P<got>[0-9a-f]{64})", re.DOTALL)
_CAUSE = "Caused by: "
_NO_NETWORK = re.compile(
    r"error sending request|dns error|tcp connect error|timed out|connection|decoding response body",
    re.IGNORECASE,
)
_CERTIFICATE = re.compile(r"certificate|tls", re.IGNORECASE)
_REFUSALS = frozenset({"401", "403", "407"})
_NOT_FOUND = frozenset({"404", "410"})


def told(builder: str, stage: str, complaint: str, channels: Iterable[Channel], *, package: str = "") -> BuildError:
    """The error that says what rattler's complaint means.

    Args:
        builder: Who works.
        stage: ``lock`` or ``build``.
        complaint: Of rattler, which masks credentials itself; it is masked again.
        channels: Those that were asked.
        package: What was being fetched; empty where it was the channel's metadata.
    """
    channels = tuple(channels)
    secrets = frozenset().union(*(channel.secrets for channel in channels))
    complaint = masked(complaint, secrets)
    channel = _meant(complaint, channels)
    name = "a channel" if channel is None else f"the channel {channel.shown}"
    mismatch = _MISMATCH.search(complaint)
    if mismatch:
        reason = f"{package} of {name} has the SHA-256 {mismatch['got']}, and the lock says {mismatch['expected']}"
        hint = (
            "The channel was changed, or something on the way to it is. Lock again with -C relock=true if you trust it."
        )
        return BuildError(builder=builder, stage=stage, reason=reason, hint=hint)
    status = _STATUS.search(complaint)
    if status and status["status"] in _REFUSALS:
        reason = f"{name} refuses access (HTTP {status['status']})"
        return BuildError(builder=builder, stage=stage, reason=reason, hint=f"Credentials were looked for in {PLACES}.")
    if status and status["status"] in _NOT_FOUND:
        return _absent(builder, stage, name, package, _place(status["url"]))
    last = _last_cause(complaint)
    if _CERTIFICATE.search(last):
        hint = "Name the certificates of your site with SSL_CERT_FILE, or ssl_verify in .condarc."
        return BuildError(builder=builder, stage=stage, reason=f"{name} cannot be trusted: {last}", hint=hint)
    if status is None and not _NO_NETWORK.search(complaint):
        first, *tail = complaint.splitlines()
        reason = first if package in first else f"{package} of {name}: {first}"
        return BuildError(builder=builder, stage=stage, reason=reason, log_tail=tuple(tail))
    what = f"{package} could not be fetched from {name}" if package else f"{name} cannot be reached"
    cause = f"HTTP {status['status']}" if status else last
    return BuildError(builder=builder, stage=stage, reason=f"{what}: {cause}", hint=_NETWORK_HINT)


_NETWORK_HINT = (
    "Check the network and the proxy (HTTPS_PROXY, or proxy_servers in .condarc), "
    f"or let {ALIAS_VARIABLE} name a mirror that can be reached."
)


def _absent(builder: str, stage: str, name: str, package: str, place: str) -> BuildError:
    if package:
        reason = f"{package} is not in {name} any more (HTTP 404 for {place})"
        return BuildError(builder=builder, stage=stage, reason=reason, hint="Lock again with -C relock=true.")
    hint = (
        f"Check the channels of conda.yaml; names are below channelAlias, {ALIAS_VARIABLE}, "
        "or channel_alias and custom_channels of .condarc."
    )
    return BuildError(builder=builder, stage=stage, reason=f"{name} does not exist (HTTP 404 for {place})", hint=hint)


def _meant(complaint: str, channels: tuple[Channel, ...]) -> Channel | None:
    """The channel that the complaint is about, by the longest URL that begins as one of its URLs does."""
    urls = [_place(match[0]) for match in _URL.finditer(complaint)]
    for channel in sorted(channels, key=lambda each: -len(each.url)):
        place = _place(channel.url)
        if any(url == place or url.startswith(f"{place}/") for url in urls):
            return channel
    return channels[0] if len(channels) == 1 else None


def _place(url: str) -> str:
    return cleaned(url.rstrip("/"))


def _last_cause(complaint: str) -> str:
    return complaint.strip().splitlines()[-1].removeprefix(_CAUSE).strip()
