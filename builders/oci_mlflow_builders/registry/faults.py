"""What registries and the ways to them say when something is wrong, as errors of this project."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from oci_mlflow_builders.redaction import redact
from oci_mlflow_core.errors import RegistryRefusedError, ServiceError, UnavailableError

#: Seconds to connect and for one write, and for an answer: registries check a layer before they answer.
TIMEOUT: Final = (30.0, 300.0)
_NOT_LET_IN = frozenset({401, 403})
_NOT_THERE = 404
_BUSY = 429
_SERVER = 500
_LONGEST = 300


class GoneWrongError(Exception):
    """A call that may succeed when it is made again: the connection was cut, or the registry is busy or ill."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NotThereError(ServiceError):
    """The registry knows nothing of that name."""


def not_let_in(registry: str, username: str) -> RegistryRefusedError:
    """The error that says that the login failed, or that there was none."""
    if not username:
        return RegistryRefusedError(
            f"the registry {registry} asks for a login, and none is known for it",
            f"Run: docker login {registry} — or set OCI_MLFLOW_REGISTRY_USERNAME (<namespace>/<user>) and "
            "OCI_MLFLOW_REGISTRY_PASSWORD (an auth token) for Oracle Cloud's registry.",
        )
    return RegistryRefusedError(
        f"the registry {registry} did not let the user '{username}' in",
        "See that the password is an auth token that is still valid (Oracle Cloud takes no console password), and that "
        "the user may read and manage the repository.",
    )


@contextmanager
def calling(registry: str, username: str) -> Iterator[None]:
    """Within the context what the libraries raise becomes a `ServiceError` or `GoneWrongError`."""
    import requests  # noqa: PLC0415 - heavy, and only needed where a registry is called
    from dxf.exceptions import DXFError, DXFUnauthorizedError  # noqa: PLC0415

    try:
        yield
    except DXFUnauthorizedError:
        raise not_let_in(registry, username) from None
    except requests.HTTPError as fault:
        raise _answered(registry, username, fault.response) from None
    except (requests.RequestException, ConnectionError, TimeoutError) as fault:
        raise GoneWrongError(f"the registry {registry} {_innermost(fault)}") from fault
    except DXFError as fault:
        raise ServiceError(
            f"the registry {registry} gave an answer that no registry gives: {redact(str(fault))}"
        ) from fault


def unavailable(fault: GoneWrongError) -> UnavailableError:
    """The error after the last attempt."""
    return UnavailableError(fault.reason, "Run the command again: what the registry has already is not sent again.")


def _answered(registry: str, username: str, response: Any) -> Exception:  # noqa: ANN401 - requests may have none
    if response is None:
        return GoneWrongError(f"the registry {registry} ended the connection")
    said = said_by(response)
    if response.status_code in _NOT_LET_IN:
        return not_let_in(registry, username)
    if response.status_code == _NOT_THERE:
        return NotThereError(f"the registry {registry} answered 404{said}")
    if response.status_code == _BUSY or response.status_code >= _SERVER:
        return GoneWrongError(f"the registry {registry} answered {response.status_code}{said}")
    return ServiceError(f"the registry {registry} refused with {response.status_code}{said}")


def said_by(response: Any) -> str:  # noqa: ANN401 - a response of requests
    """What the answer's body says about the error, after a colon; empty where it says nothing."""
    try:
        faults = json.loads(response.content)["errors"]
        texts = [f"{one.get('message') or ''} ({one.get('code')})".strip() for one in faults]
    except (ValueError, KeyError, TypeError, AttributeError):
        return ""
    return f": {redact('; '.join(texts))[:_LONGEST]}" if texts else ""


def _innermost(fault: BaseException) -> str:
    import requests  # noqa: PLC0415

    if isinstance(fault, requests.exceptions.SSLError):
        return "has a certificate that is not trusted here"
    if isinstance(fault, (requests.Timeout, TimeoutError)):
        return "did not answer in time"
    if isinstance(fault, requests.ConnectionError) and _is_unreachable(fault):
        return "does not answer"
    return "cut the connection"


def _is_unreachable(fault: BaseException) -> bool:
    """Whether no connection was made; urllib3 says so by type, inside of what requests raises."""
    reason: object = fault
    while isinstance(reason, BaseException):
        if any(kind.__name__ == "NewConnectionError" for kind in type(reason).__mro__):
            return True
        reason = getattr(reason, "reason", None) or reason.__context__
    return False
