"""What goes wrong between rattler and a channel, told as what it means."""

from __future__ import annotations

import re
from collections.abc import Iterable

import attrs

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
    complaint = masked(complaint, frozenset().union(*(channel.secrets for channel in channels)))
    channel = _meant(complaint, channels)
    name = "a channel" if channel is None else f"the channel {channel.shown}"
    mismatch, status = _MISMATCH.search(complaint), _STATUS.search(complaint)
    if mismatch:
        found = _changed(name, package, mismatch)
    elif status and status["status"] in _REFUSALS:
        found = _Meaning(
            f"{name} refuses access (HTTP {status['status']})", f"Credentials were looked for in {PLACES}."
        )
    elif status and status["status"] in _NOT_FOUND:
        found = _absent(name, package, _place(status["url"]))
    elif _CERTIFICATE.search(last := _last_cause(complaint)):
        found = _Meaning(f"{name} cannot be trusted: {last}", _CERTIFICATE_HINT)
    elif status or _NO_NETWORK.search(complaint):
        found = _unreachable(name, package, f"HTTP {status['status']}" if status else last)
    else:
        found = _unknown(name, package, complaint)
    return BuildError(builder=builder, stage=stage, reason=found.reason, hint=found.hint, log_tail=found.log_tail)


@attrs.frozen
class _Meaning:
    """What a complaint comes to."""

    reason: str
    hint: str = ""
    log_tail: tuple[str, ...] = ()


_CERTIFICATE_HINT = "Name the certificates of your site with SSL_CERT_FILE, or ssl_verify in .condarc."
_NETWORK_HINT = (
    "Check the network and the proxy (HTTPS_PROXY, or proxy_servers in .condarc), "
    f"or let {ALIAS_VARIABLE} name a mirror that can be reached."
)


def _changed(name: str, package: str, mismatch: re.Match[str]) -> _Meaning:
    return _Meaning(
        f"{package} of {name} has the SHA-256 {mismatch['got']}, and the lock says {mismatch['expected']}",
        "The channel was changed, or something on the way to it is. Lock again with -C relock=true if you trust it.",
    )


def _absent(name: str, package: str, place: str) -> _Meaning:
    if package:
        reason = f"{package} is not in {name} any more (HTTP 404 for {place})"
        return _Meaning(reason, "Lock again with -C relock=true.")
    hint = (
        f"Check the channels of conda.yaml; names are below channelAlias, {ALIAS_VARIABLE}, "
        "or channel_alias and custom_channels of .condarc."
    )
    return _Meaning(f"{name} does not exist (HTTP 404 for {place})", hint)


def _unreachable(name: str, package: str, cause: str) -> _Meaning:
    what = f"{package} could not be fetched from {name}" if package else f"{name} cannot be reached"
    return _Meaning(f"{what}: {cause}", _NETWORK_HINT)


def _unknown(name: str, package: str, complaint: str) -> _Meaning:
    first, *tail = complaint.splitlines()
    return _Meaning(first if package in first else f"{package} of {name}: {first}", log_tail=tuple(tail))


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
