"""What to do about a refused call: the policy to ask for, the clock to set, the token to renew."""

from __future__ import annotations

import email.utils
import os
import re
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


#: What an operation refers to beside what it works on, by the type in the OCID that OCI's message names.
_REFERRED = {
    "datascienceproject": "allow group <group> to use data-science-projects in compartment <compartment>",
    "datasciencemodel": "allow group <group> to read data-science-models in compartment <compartment>",
    "log": (
        "allow group <group> to read log-groups in compartment <compartment> and "
        "allow group <group> to use log-content in compartment <compartment>"
    ),
    "loggroup": "allow group <group> to read log-groups in compartment <compartment>",
    "subnet": "allow group <group> to use virtual-network-family in compartment <compartment>",
}
_OCID = re.compile(r"\bocid1\.([a-z0-9]+)\.")


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


def hint_for(status: int | None, said: str, service: str, operation: str, message: str = "") -> str:
    """One or two sentences; empty where the message says it all.

    Args:
        status: Of HTTP; None where no answer came.
        said: OCI's error code, or why no answer came.
        service: As the SDK calls it.
        operation: Name of the client's method.
        message: OCI's own, whose OCID may tell which resource was refused.
    """
    if status in {403, 404} or said == "RelatedResourceNotAuthorizedOrNotFound":
        absent = "" if status == 403 else "It does not exist, or the caller may not see it; OCI does not say which."  # noqa: PLR2004
        return f"{absent}{_asking(service, operation, message)}".strip()
    if said in {"LimitExceeded", "QuotaExceeded"}:
        return "Ask for a higher limit in the console (Limits, Quotas and Usage), or free what is not needed."
    if status is None and said in _UNREACHED:
        return _reaching(os.environ)
    return _BY_STATUS.get(status, "") or _BY_REASON.get(said, "")


def _asking(service: str, operation: str, message: str) -> str:
    """The policies: that of what was worked on, and that of what OCI names, where it is something else."""
    policy = policy_for(service, operation)
    named = [_REFERRED[kind] for kind in dict.fromkeys(_OCID.findall(message)) if kind in _REFERRED]
    # of itself it is asked for with the operation's own verb
    others = [one for one in named if _resource(one) != _resource(policy)] if service == "data_science" else []
    wanted = [*([policy] if policy else []), *others]
    if not wanted:
        return ""
    head = "The policy that permits it" if len(wanted) == 1 else "The policies that permit it"
    return f" {head}: {'; '.join(wanted)}"


def _resource(policy: str) -> str:
    return policy.partition(" in ")[0].rpartition(" ")[2]


def _reaching(environ: Mapping[str, str]) -> str:
    """Where calls go, and what is in between; a URL is not told, since a proxy's may hold a password."""
    moved = sorted(name for name in environ if _ENDPOINT.fullmatch(name) and environ[name].strip())
    proxies = sorted(name for name in environ if name.lower() in _PROXIES and environ[name].strip())
    hints = ["See that this network reaches OCI"]
    hints += [f"that the proxy in {' and '.join(proxies)} is right"] if proxies else []
    hints += [f"that {' and '.join(moved)} {'names' if len(moved) == 1 else 'name'} what answers"] if moved else []
    return f"{hints[0]}{''.join(f', and {more}' for more in hints[1:])}."


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
#: Of a connection that was never made.
_UNREACHED = {
    "Connection refused",
    "No route to host",
    "Network is unreachable",
    "Host is unreachable",
    "no connection within the time limit",
}
_ENDPOINT = re.compile(r"OCI_MLFLOW_(?:[A-Z_]+_)?ENDPOINT")
_PROXIES = {"http_proxy", "https_proxy", "all_proxy"}
_BY_REASON = {
    "its name does not resolve": "See that the region is right, and that this network reaches OCI.",
    "its certificate is not trusted here": "Where a proxy opens TLS, let REQUESTS_CA_BUNDLE name its certificates.",
}
