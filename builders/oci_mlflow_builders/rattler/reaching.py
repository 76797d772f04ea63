"""Whether channels answer, asked before anything is begun: in seconds at most, and once in a minute."""

from __future__ import annotations

import base64
import netrc
import os
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from functools import cache
from http import HTTPStatus
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

from oci_mlflow_builders.locking.channels import Channel, ChannelError, Channels
from oci_mlflow_builders.locking.condarc import CondarcError, CondaSettings
from oci_mlflow_builders.locking.connection import certificates, is_unverified, proxies_of
from oci_mlflow_builders.locking.credentials import masked
from oci_mlflow_core.model.environment import EnvironmentRequest

#: Seconds for each of a channel's files.
_PATIENCE = 4.0
#: Seconds for which an answer holds: a notebook lives on when the network comes back.
_REMEMBERED = 60.0
#: The forms of a channel's metadata; every channel has this folder, whatever the platform.
_METADATA = ("noarch/repodata.json", "noarch/repodata.json.zst", "noarch/repodata_shards.msgpack.zst")


def reaches(request: EnvironmentRequest) -> str | None:
    """Why a channel of the request cannot be reached now, or None where all answer.

    One that asks for credentials answers: what is wrong with them is told when the environment is locked.
    """
    try:
        channels = Channels.of_request(request, os.environ)
        reasons = (_silence(channel, channels.settings) for channel in channels.listed)
        return next((reason for reason in reasons if reason is not None), None)
    except (ChannelError, CondarcError) as fault:
        return masked(str(fault))
    except Exception as fault:  # noqa: BLE001 - a builder that cannot be asked is passed over, never the end
        return masked(f"its channels cannot be asked: {fault}")


#: By URL: what was told, and when by `time.monotonic`.
_known: dict[str, tuple[str | None, float]] = {}


def _silence(channel: Channel, settings: CondaSettings) -> str | None:
    now = time.monotonic()
    told, since = _known.get(channel.url, (None, -_REMEMBERED))
    if now - since >= _REMEMBERED:
        told = _asked(channel, settings)
        _known[channel.url] = told, now
    return told


def _asked(channel: Channel, settings: CondaSettings) -> str | None:
    if channel.url.startswith("file:"):
        folder = Path(unquote(urlsplit(channel.url).path))
        return None if folder.is_dir() else f"the channel {channel.shown} is not there"
    try:
        opener = _opener(settings, os.environ)
        missing = all(_is_missing(opener, f"{channel.url}/{file}") for file in _METADATA)
    except (OSError, ValueError) as fault:
        cause = getattr(fault, "reason", None) or fault
        reason = getattr(cause, "strerror", None) or cause
        return masked(f"the channel {channel.shown} does not answer ({reason})", channel.secrets)
    return f"the channel {channel.shown} does not exist (HTTP 404)" if missing else None


def _is_missing(opener: urllib.request.OpenerDirector, url: str) -> bool:
    address, headers = _without_user(url)
    request = urllib.request.Request(address, headers=headers, method="HEAD")  # noqa: S310 - schemes of the channels
    try:
        with opener.open(request, timeout=_PATIENCE):
            return False
    except urllib.error.HTTPError as fault:
        with fault:
            if fault.code >= HTTPStatus.INTERNAL_SERVER_ERROR:
                raise
            return fault.code in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}


def _opener(settings: CondaSettings, environ: Mapping[str, str]) -> urllib.request.OpenerDirector:
    proxies = {**dict(proxies_of(settings, environ)), **urllib.request.getproxies()}
    context = _context(None if is_unverified(settings) else certificates(settings, environ))
    if is_unverified(settings):
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return urllib.request.build_opener(
        urllib.request.ProxyHandler(proxies), urllib.request.HTTPSHandler(context=context)
    )


@cache
def _context(file: Path | None) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=None if file is None else str(file))


def _without_user(url: str) -> tuple[str, dict[str, str]]:
    """The URL as it may be asked for, and the header that says who asks."""
    parts = urlsplit(url)
    user, password = parts.username, parts.password
    if user is None:
        user, password = _of_netrc(parts.hostname or "")
    if not user:
        return url, {}
    host = parts.netloc.rpartition("@")[2]
    told = base64.b64encode(f"{unquote(user)}:{unquote(password or '')}".encode()).decode()
    return urlunsplit(parts._replace(netloc=host)), {"Authorization": f"Basic {told}"}


def _of_netrc(host: str) -> tuple[str, str]:
    try:
        entry = netrc.netrc(os.environ.get("NETRC")).authenticators(host)
    except (OSError, netrc.NetrcParseError):
        return "", ""
    return (entry[0] or "", entry[2] or "") if entry else ("", "")
