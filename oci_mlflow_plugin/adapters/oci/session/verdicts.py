"""What a failed call of the SDK proves. Imports ``oci``; only modules that call OCI import this one."""

from __future__ import annotations

import email.utils
from collections.abc import Mapping
from datetime import datetime, timezone

import attrs
from oci.base_client import circuitbreaker
from oci.exceptions import ServiceError

from oci_mlflow_plugin.adapters.oci.session.connection_faults import ConnectionFault, connection_fault
from oci_mlflow_plugin.adapters.oci.session.unreadable import is_unreadable

_THROTTLED = 429
_SERVER_ERRORS = range(500, 600)
_NOT_IMPLEMENTED = 501


@attrs.frozen(kw_only=True)
class Verdict:
    """Whether a failed call may be made again."""

    #: Nothing was done, and the next attempt may succeed.
    proven_undone: bool = False
    #: It may succeed next time; whether it was done is not known.
    transient: bool = False
    #: Seconds that OCI asked to wait.
    retry_after: float | None = None
    #: For the step's line, such as ``OCI answered 503``.
    told: str = ""

    @property
    def uncertain(self) -> bool:
        """Whether OCI may have done what it was asked for."""
        return self.transient and not self.proven_undone

    def repeatable(self, *, safe: bool) -> bool:
        """Whether to call again."""
        return self.proven_undone or (safe and self.transient)


def verdict_on(fault: Exception) -> Verdict | None:
    """The verdict; None where the exception is none of a call's."""
    if isinstance(fault, ServiceError):
        return _on_status(fault)
    if isinstance(fault, circuitbreaker.CircuitBreakerError):
        # of this client, or of the SDK's own calls for tokens; nothing was sent
        return Verdict(proven_undone=True, told="calls are held back after many that failed")
    if is_unreadable(fault):
        return Verdict(transient=True, told="the answer is not what OCI's services answer")
    broken = connection_fault(fault)
    return None if broken is None else _on_connection(broken)


def _on_status(fault: ServiceError) -> Verdict:
    told = f"OCI answered {fault.status}"
    wait = retry_after(fault.headers or {}, datetime.now(tz=timezone.utc))
    if fault.status == _THROTTLED:
        return Verdict(proven_undone=True, retry_after=wait, told=f"{told}, too many calls")
    if fault.status in _SERVER_ERRORS and fault.status != _NOT_IMPLEMENTED:
        return Verdict(transient=True, retry_after=wait, told=told)
    return Verdict()


def _on_connection(broken: ConnectionFault) -> Verdict:
    if broken.lasting:
        return Verdict()
    return Verdict(proven_undone=broken.never_sent, transient=True, told=str(broken))


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds of a Retry-After header, which gives them or a date (RFC 9110); None where there is none to follow."""
    text = str(headers.get("retry-after") or "").strip()
    if text.isdigit():
        return float(text)
    try:
        moment = email.utils.parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    return max(0.0, (moment - now).total_seconds())
