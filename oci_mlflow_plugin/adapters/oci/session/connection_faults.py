"""Connections that fail: what broke, read from the chain of exceptions below the SDK's own.

The SDK hands on what its HTTP library said as text; the chain keeps the types. Imports ``oci``; only modules that call
OCI import this one.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import attrs
from oci._vendor import requests
from oci.exceptions import RequestException

#: Of urllib3: no connection was made. NameResolutionError is one of them.
_NEVER_SENT = frozenset({"NewConnectionError", "ConnectTimeoutError", "ConnectTimeout"})
_TIMED_OUT = frozenset({"ReadTimeout", "ReadTimeoutError"})
#: They do not mend themselves.
_LASTING = frozenset({"SSLCertVerificationError", "InvalidURL", "MissingSchema", "InvalidSchema", "InvalidProxyURL"})


@attrs.frozen(kw_only=True)
class ConnectionFault:
    """A connection that failed."""

    #: Scheme, host and port that were asked; empty where they are not known.
    endpoint: str
    #: What happened, in a few words.
    reason: str
    #: No connection was made, so that nothing was sent.
    never_sent: bool
    #: It fails for a reason that stays, such as a certificate that is not trusted.
    lasting: bool

    def __str__(self) -> str:
        return f"no answer from {self.endpoint or 'OCI'}: {self.reason}"


def connection_fault(fault: BaseException) -> ConnectionFault | None:
    """What broke; None where the exception is not about a connection."""
    ours = (RequestException, requests.exceptions.RequestException)
    if not isinstance(fault, ours) and not _is_of_urllib3(fault):
        return None
    chain = list(_chain(fault))
    names = {kind.__name__ for link in chain for kind in type(link).__mro__}
    return ConnectionFault(
        endpoint=_endpoint(chain),
        reason=_reason(chain, names),
        never_sent=bool(names & _NEVER_SENT),
        lasting=bool(names & _LASTING),
    )


def _is_of_urllib3(fault: BaseException) -> bool:
    """A stream that is read after the call breaks with an exception of urllib3."""
    return any(kind.__module__ == "urllib3.exceptions" and kind.__name__ == "HTTPError" for kind in type(fault).__mro__)


def _chain(fault: BaseException | None) -> Iterator[BaseException]:
    """The exception and all that it came from, outermost first; urllib3 keeps causes in attributes of its own."""
    seen: set[int] = set()
    pending = [fault]
    while pending:
        link = pending.pop(0)
        if not isinstance(link, BaseException) or id(link) in seen:
            continue
        seen.add(id(link))
        yield link
        pending += [getattr(link, "reason", None), *link.args, link.__cause__, link.__context__]


def _reason(chain: list[BaseException], names: set[str]) -> str:
    if "SSLCertVerificationError" in names:
        return "its certificate is not trusted here"
    if "NameResolutionError" in names or "gaierror" in names:
        return "its name does not resolve"
    # a refused connection is of the same family
    if names & {"ConnectTimeoutError", "ConnectTimeout"} and "NewConnectionError" not in names:
        return "no connection within the time limit"
    if names & _TIMED_OUT:
        return "nothing came within the time limit"
    for link in reversed(chain):
        if isinstance(link, OSError) and link.strerror:
            return link.strerror
    return "the connection was closed before the whole answer came"


def _endpoint(chain: list[BaseException]) -> str:
    for link in chain:
        url = getattr(getattr(link, "request", None), "url", None)
        if url:
            parts = urlsplit(url)
            return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
    return ""
