"""How channels are reached: proxies and certificates as conda and the environment say, credentials as rattler does."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from oci_mlflow_builders.locking.condarc import CondaSettings

if TYPE_CHECKING:
    from rattler.networking import Client

#: Attempts after the first one that failed for a passing reason (a cut line, a busy server); 0 for none.
RETRIES_VARIABLE = "OCI_MLFLOW_CHANNEL_RETRIES"
_RETRIES = 3
#: Seconds for which nothing has arrived before a transfer counts as cut.
_PATIENCE = 60
_OFF = frozenset({"false", "0", "no", "off"})
_ON = frozenset({"", "true", "1", "yes", "on"})


def client_for(settings: CondaSettings, environ: Mapping[str, str]) -> Client:
    """The client for channels.

    Credentials that are not part of a channel's URL come from where rattler's tools keep them: ``RATTLER_AUTH_FILE``,
    the keyring, ``~/.rattler/credentials.json``, and ``.netrc`` (``NETRC``).
    """
    from rattler.config import Config  # noqa: PLC0415 - heavy, and only needed here
    from rattler.networking import Client  # noqa: PLC0415

    written = environ.get(RETRIES_VARIABLE, "").strip()
    retries = int(written) if written.isdigit() else _RETRIES
    config = Config.from_toml("\n".join(_toml(settings, environ)))
    return Client.from_config(config, max_retries=retries, timeout=_PATIENCE)


@contextmanager
def trusting(settings: CondaSettings, environ: Mapping[str, str]) -> Iterator[None]:
    """Within the context rattler checks servers with the certificates that conda or requests were told of.

    rattler reads their file from ``SSL_CERT_FILE`` of the process alone, and that one is left as it is where it is set.
    """
    file = None if environ.get("SSL_CERT_FILE") else certificates(settings, environ)
    if file is None:
        yield
        return
    os.environ["SSL_CERT_FILE"] = str(file)
    try:
        yield
    finally:
        del os.environ["SSL_CERT_FILE"]


def certificates(settings: CondaSettings, environ: Mapping[str, str]) -> Path | None:
    """The file of certificates that servers are checked with, where one was named."""
    verify = settings.ssl_verify
    if verify.lower() not in _ON | _OFF | {"truststore"}:
        return Path(verify).expanduser()
    named = environ.get("SSL_CERT_FILE") or environ.get("REQUESTS_CA_BUNDLE", "")
    return Path(named) if named else None


def is_unverified(settings: CondaSettings) -> bool:
    """Whether conda was told to trust every server."""
    return settings.ssl_verify.lower() in _OFF


def _toml(settings: CondaSettings, environ: Mapping[str, str]) -> Iterator[str]:
    if is_unverified(settings):
        yield "tls-no-verify = true"
    else:
        yield 'tls-root-certs = "system"'
    proxies = dict(proxies_of(settings, environ))
    if proxies:
        yield "[proxy-config]"
        yield from (f"{scheme} = {json.dumps(url)}" for scheme, url in proxies.items())


def proxies_of(settings: CondaSettings, environ: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Scheme and proxy from conda's settings; those of the environment come first, and are known to all tools."""
    for scheme in ("http", "https"):
        variable = f"{scheme}_proxy"
        url = settings.proxy_servers.get(scheme)
        if url and not (environ.get(variable) or environ.get(variable.upper())):
            yield scheme, url
