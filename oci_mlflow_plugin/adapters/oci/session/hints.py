"""What to do about a refused call: the policy to ask for, the clock to set, the token to renew."""

from __future__ import annotations

import email.utils
from collections.abc import Mapping
from datetime import datetime

import attrs

_UNAUTHENTICATED = 401
#: Seconds that OCI tolerates: https://docs.oracle.com/en-us/iaas/Content/API/References/apierrors.htm
_TOLERATED = 300.0
_MINUTE = 60.0
_READING = ("get", "head", "list", "search", "summarize")


@attrs.frozen
class _Rule:
    """Operations of a service whose name contains a word need rights on a kind of resource."""

    service: str
    word: str
    resource: str
    place: str = "compartment <compartment>"


#: From the special to the general. Resource kinds are those of IAM policies:
#: https://docs.oracle.com/en-us/iaas/Content/data-science/using/policies.htm
_RULES = (
    _Rule("data_science", "model_deployment", "data-science-model-deployments"),
    _Rule("data_science", "model_group", "data-science-model-groups"),
    _Rule("data_science", "work_request", "data-science-work-requests"),
    _Rule("data_science", "project", "data-science-projects"),
    _Rule("data_science", "model", "data-science-models"),
    _Rule("object_storage", "namespace", "objectstorage-namespaces", "tenancy"),
    _Rule("object_storage", "bucket", "buckets"),
    _Rule("object_storage", "", "objects"),
    _Rule("logging_management", "", "log-groups"),
    _Rule("log_search", "", "log-content"),
    _Rule("limits", "", "resource-availability", "tenancy"),
    _Rule("identity", "compartment", "compartments", "tenancy"),
)


def policy_for(service: str, operation: str) -> str:
    """The policy statement that permits an operation of the SDK; empty where it is not known.

    Args:
        service: As the SDK calls it, such as ``data_science``.
        operation: Name of the client's method.
    """
    for rule in _RULES:
        if rule.service == service and rule.word in operation:
            verb = "read" if operation.startswith(_READING) else "manage"
            return f"allow group <group> to {verb} {rule.resource} in {rule.place}"
    return ""


def hint_for(status: int | None, said: str, service: str, operation: str) -> str:
    """One or two sentences; empty where the message says it all.

    Args:
        status: Of HTTP; None where no answer came.
        said: OCI's error code, or why no answer came.
        service: As the SDK calls it.
        operation: Name of the client's method.
    """
    policy = policy_for(service, operation)
    asks = f" The policy that permits it: {policy}" if policy else ""
    if status in {403, 404} or said == "RelatedResourceNotAuthorizedOrNotFound":
        absent = "" if status == 403 else "It does not exist, or the caller may not see it; OCI does not say which."  # noqa: PLR2004
        return f"{absent}{asks}".strip()
    if said in {"LimitExceeded", "QuotaExceeded"}:
        return "Ask for a higher limit in the console (Limits, Quotas and Usage), or free what is not needed."
    return _BY_STATUS.get(status, "") or _BY_REASON.get(said, "")


def clock_hint(status: int, headers: Mapping[str, str], now: datetime) -> str:
    """What to do about a clock that is wrong; empty where the clock is not the cause.

    Args:
        status: Of HTTP.
        headers: Of the answer; ``date`` is the time of OCI.
        now: The time of this machine, which signed the call.
    """
    try:
        theirs = email.utils.parsedate_to_datetime(str(headers.get("date") or ""))
        ahead = (now - theirs).total_seconds()
    except (TypeError, ValueError):
        return ""
    if status != _UNAUTHENTICATED or abs(ahead) <= _TOLERATED:
        return ""
    direction = "ahead of" if ahead > 0 else "behind"
    return f"This machine's clock is {abs(ahead) / _MINUTE:.0f} min {direction} OCI's, which tolerates 5; set it."


_BY_STATUS: dict[int | None, str] = {
    401: (
        "OCI does not know the caller: compare the key's fingerprint with the one in the console, see that this "
        "machine's clock is right (5 minutes are tolerated), and renew a session with 'oci session refresh'."
    ),
    409: "Look at its state, and run the command again when nothing else works on it.",
    412: "Something else changed it meanwhile; look at it, and run the command again.",
    429: "Run the command again later.",
    500: "Run the command again later; what it had made is found again.",
    502: "Run the command again later; what it had made is found again.",
    503: "Run the command again later; what it had made is found again.",
    504: "Run the command again later; what it had made is found again.",
}
_BY_REASON = {
    "its name does not resolve": "See that the region is right, and that this network reaches OCI.",
    "its certificate is not trusted here": "Where a proxy opens TLS, let REQUESTS_CA_BUNDLE name its certificates.",
}
