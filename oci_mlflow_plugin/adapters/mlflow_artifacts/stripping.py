"""URIs without what lets somebody in."""

from __future__ import annotations

import re

#: Where the part before ``@`` is a secret even without a password; elsewhere it may be a bucket or a container.
_WEB = frozenset({"http", "https", "git+http", "git+https", "mlflow-artifacts"})
_USER = re.compile(r"^[^/?#]*@")
#: A password may hold anything but ``@``, slashes included: SQLAlchemy reads database URIs so. ``host:port/`` is none.
_USER_AND_PASSWORD = re.compile(r"^[^:/?#@]*:(?!\d+[/?#])[^@]*@(?:[^/?#@]*@)*")
_QUERY = re.compile(r"\?[^#]*")


def stripped(uri: str) -> str:
    """`uri` without user, password and query; a query may hold keys under any name."""
    scheme, mark, rest = uri.partition("://")
    if not mark or scheme == "file":
        return uri
    rest = _USER_AND_PASSWORD.sub("", rest)
    if scheme.lower() in _WEB:
        rest = _USER.sub("", rest)
    return f"{scheme}://{_QUERY.sub('', rest, count=1)}"
