"""One table from what the SDK raises to the core's errors: by status first, by code second.

A 404 is never told apart: OCI answers it for what is absent and for what the caller may not see
(https://docs.oracle.com/en-us/iaas/Content/API/References/apierrors.htm). Imports ``oci``; only modules that call OCI
import this one.
"""

from __future__ import annotations

import re
from datetime import datetime, timezone

import attrs
from oci.exceptions import ServiceError as OciServiceError

from oci_mlflow_core.errors import (
    ConflictError,
    DeploymentError,
    InvalidRequestError,
    NotAuthorizedError,
    QuotaExceededError,
    ServiceError,
    ThrottledError,
    UnavailableError,
)
from oci_mlflow_plugin.adapters.oci.session.connection_faults import connection_fault
from oci_mlflow_plugin.adapters.oci.session.hints import clock_hint, hint_for
from oci_mlflow_plugin.adapters.oci.session.verdicts import verdict_on


class AbsentOrForbiddenError(NotAuthorizedError):
    """404: what is asked for is not there, or the caller may not see it; OCI does not say which."""


class PreconditionError(ConflictError):
    """412: the resource was changed, made or removed since it was looked at (if-match, if-none-match)."""


@attrs.define(eq=False, slots=False, kw_only=True)
class CallFailedError(Exception):
    """The cause of every error that a call ends with: what OCI said, for adapters that judge by it."""

    what: str
    #: HTTP status; None where no answer came.
    status: int | None
    #: OCI's error code, such as ``IncorrectState``; empty where the answer had none, as for HEAD.
    code: str
    #: ``opc-request-id``; empty where no answer came.
    request_id: str
    #: Calls that were made.
    attempts: int
    #: At least one attempt ended so that OCI may have done what it was asked for.
    uncertain: bool

    def __str__(self) -> str:
        return f"{self.what}: {self.status or 'no answer'} {self.code}".rstrip()


_BY_STATUS: dict[int, type[ServiceError | InvalidRequestError]] = {
    400: InvalidRequestError,
    401: NotAuthorizedError,
    402: NotAuthorizedError,
    403: NotAuthorizedError,
    404: AbsentOrForbiddenError,
    405: InvalidRequestError,
    409: ConflictError,
    411: InvalidRequestError,
    412: PreconditionError,
    413: InvalidRequestError,
    415: InvalidRequestError,
    416: InvalidRequestError,
    422: InvalidRequestError,
    429: ThrottledError,
    500: UnavailableError,
    502: UnavailableError,
    503: UnavailableError,
    504: UnavailableError,
}
#: Codes that say more than their status.
_BY_CODE: dict[str, type[ServiceError]] = {
    "LimitExceeded": QuotaExceededError,
    "QuotaExceeded": QuotaExceededError,
    "RelatedResourceNotAuthorizedOrNotFound": NotAuthorizedError,
}
_TOKEN = re.compile(r"ST\$[\w.\-]+|eyJ[\w\-]{8,}\.[\w.\-]+")
_KEY = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(-----END [A-Z ]*PRIVATE KEY-----|$)", re.DOTALL)


def failure_of(error: BaseException) -> CallFailedError | None:
    """What OCI said, for an error that `call` raised."""
    return error.__cause__ if isinstance(error.__cause__, CallFailedError) else None


def translated(
    what: str, fault: Exception, *, attempts: int = 1, uncertain: bool = False
) -> tuple[DeploymentError, CallFailedError]:
    """The error of the core for a failed call, and the `CallFailedError` to raise it from.

    Args:
        what: What was done, to follow "could not".
        fault: What the SDK raised in the last attempt, one that `verdict_on` knows.
        attempts: Calls that were made.
        uncertain: Whether an attempt may have been carried out.
    """
    status = fault.status if isinstance(fault, OciServiceError) else None
    cause = CallFailedError(
        what=what,
        status=status,
        code=str(getattr(fault, "code", None) or ""),
        request_id=str(getattr(fault, "request_id", None) or ""),
        attempts=attempts,
        uncertain=uncertain,
    )
    cause.__cause__ = fault
    if isinstance(fault, OciServiceError):
        return _refused(what, fault, cause), cause
    return _silent(what, fault, cause), cause


def _refused(what: str, fault: OciServiceError, cause: CallFailedError) -> DeploymentError:
    """OCI answered."""
    said = without_secrets(" ".join(str(fault.message or "").split())).rstrip(".")
    answer = " ".join(part for part in ("OCI answered", str(cause.status), cause.code) if part)
    tail = f" (opc-request-id {cause.request_id})" if cause.request_id else ""
    sentence = f"could not {what}: {answer}{': ' if said else ''}{said}{_after(cause)}{tail}"
    kind = _BY_CODE.get(cause.code) or _BY_STATUS.get(fault.status, _other(fault.status))
    hint = clock_hint(fault.status, fault.headers or {}, datetime.now(tz=timezone.utc)) or hint_for(
        fault.status, cause.code, str(fault.target_service or ""), str(fault.operation_name or ""), said
    )
    if kind is ThrottledError:
        verdict = verdict_on(fault)
        return ThrottledError(sentence, hint, verdict.retry_after if verdict else None)
    return kind(sentence, hint)


def _other(status: int) -> type[ServiceError]:
    return UnavailableError if status >= 500 and status != 501 else ServiceError  # noqa: PLR2004 - HTTP


def _silent(what: str, fault: Exception, cause: CallFailedError) -> DeploymentError:
    """No answer came."""
    broken = connection_fault(fault)
    if broken is not None:
        return UnavailableError(f"could not {what}: {broken}{_after(cause)}", hint_for(None, broken.reason, "", ""))
    verdict = verdict_on(fault)
    told = verdict.told if verdict else without_secrets(str(fault))
    return UnavailableError(f"could not {what}: {told}{_after(cause)}")


def _after(cause: CallFailedError) -> str:
    return f", after {cause.attempts} attempts" if cause.attempts > 1 else ""


def without_secrets(text: str) -> str:
    """The text without tokens and private keys."""
    return _KEY.sub("(a private key)", _TOKEN.sub("(a token)", text))
