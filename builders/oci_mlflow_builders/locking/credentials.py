"""What is secret in the URL of a channel: ``user:password@``, and the token of ``/t/<token>/``.

Source: conda documentation, "Using authenticated channels"; anaconda.org and Quetz take tokens in the path.
"""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from oci_mlflow_builders.redaction import MASK, redact, without_credentials

_TOKEN = re.compile(r"/t/(?P<token>[^/\s'\"`<>?#]+)/")
#: The places where credentials for a channel are looked for, for messages.
PLACES = (
    "the channel's URL (https://USER:PASSWORD@HOST/…, https://HOST/t/TOKEN/…), RATTLER_AUTH_FILE, "
    "the keyring and ~/.rattler/credentials.json (where 'rattler auth login' and 'pixi auth login' put them), "
    "NETRC and ~/.netrc"
)


def cleaned(url: str) -> str:
    """The URL without what is secret: it still names the same place, for somebody who may go there."""
    return _TOKEN.sub("/", without_credentials(url))


def secrets_of(url: str) -> frozenset[str]:
    """What no output may show."""
    parts = urlsplit(url)
    written = {parts.password, *((match["token"]) for match in _TOKEN.finditer(url))}
    if parts.username and not parts.password:  # a token may stand where the user's name does
        written.add(parts.username)
    found = {secret for secret in written if secret}
    return frozenset(found | {unquote(secret) for secret in found})


def masked(text: str, secrets: frozenset[str] = frozenset()) -> str:
    """`text` with everything masked that may be secret in it."""
    return redact(_TOKEN.sub(f"/t/{MASK}/", text), secrets)
