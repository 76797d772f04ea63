"""Where each service answers, when it is not where the SDK expects it."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from oci_mlflow_core.errors import InvalidRequestError
from oci_mlflow_plugin.adapters.oci.session.settings import Settings

#: For every service whose own variable is not set.
EVERY_SERVICE = "OCI_MLFLOW_ENDPOINT"
DATA_SCIENCE = "OCI_MLFLOW_DATASCIENCE_ENDPOINT"
OBJECT_STORAGE = "OCI_MLFLOW_OBJECTSTORAGE_ENDPOINT"
MODEL_DEPLOYMENT = "OCI_MLFLOW_MODEL_DEPLOYMENT_ENDPOINT"
LOGGING = "OCI_MLFLOW_LOGGING_ENDPOINT"
LOG_SEARCH = "OCI_MLFLOW_LOGSEARCH_ENDPOINT"
IDENTITY = "OCI_MLFLOW_IDENTITY_ENDPOINT"
LIMITS = "OCI_MLFLOW_LIMITS_ENDPOINT"

#: What the SDK takes for a host; it refuses others when the first call is made.
_HOST = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*")
_FORM = "Expected https://HOST, http://HOST or either with :PORT, and nothing after it."


def endpoint_of(settings: Settings, variable: str) -> str | None:
    """The URL that a service's own variable gives, or the one for all services; None where neither is set.

    Raises:
        InvalidRequestError: It is not a URL that the SDK could use.
    """
    found = settings.first(variable, EVERY_SERVICE)
    if found is None:
        return None
    name, url = found
    fault = _fault(url)
    if fault:
        raise InvalidRequestError(f"{name}: {fault}", _FORM)
    return url.rstrip("/")


def _fault(url: str) -> str:
    """What is wrong with the URL; the URL itself is told only where it can hold no password."""
    try:
        parts = urlsplit(url)
        has_user = parts.username is not None or parts.password is not None
        port_is_none = parts.port is None and parts.netloc.endswith(":")
    except ValueError as wrong:
        return f"not a URL ({wrong})"
    if has_user:
        return "a user or password has no place in an endpoint"
    if parts.scheme not in {"http", "https"}:
        return f"'{url}' does not begin with http:// or https://"
    if port_is_none or not _HOST.fullmatch(parts.hostname or ""):
        return f"'{url}' names no host that the oci SDK takes (letters, digits, '-', '_' and '.')"
    after = url[url.index(parts.netloc) + len(parts.netloc) :]
    return "" if after in {"", "/"} else f"'{after}' after the host has no place in an endpoint"
