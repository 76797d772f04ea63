"""Taking credentials out of what people and files get to see."""

from __future__ import annotations

import re
from collections.abc import Iterable

#: What stands where a credential stood.
MASK = "****"
#: The user part of a URL: everything between ``//`` and the last ``@`` before the path.
_USER_INFO = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*:)//[^/\s'\"`<>?#]*@")
#: Query parameters that carry secrets in the URLs of package indexes and object stores.
_QUERY_SECRET = re.compile(r"(?i)(?P<name>[?&](?:[a-z-]*token|signature|sig|password|secret|key)=)[^&\s'\"`<>)]+")
#: Shorter values are left alone: masking every 'a' makes text unreadable and hides nothing.
_SHORTEST_SECRET = 4


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """`text` without the credentials of URLs and without any of the `secrets`; ``****`` stands in their place."""
    text = _USER_INFO.sub(rf"\g<scheme>//{MASK}@", text)
    text = _QUERY_SECRET.sub(rf"\g<name>{MASK}", text)
    for secret in sorted(set(secrets), key=len, reverse=True):
        if len(secret) >= _SHORTEST_SECRET:
            text = text.replace(secret, MASK)
    return text


def without_credentials(url: str) -> str:
    """The URL with its user part left out: it still names the same place, for somebody who may go there."""
    return _USER_INFO.sub(r"\g<scheme>//", url)
