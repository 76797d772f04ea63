"""Which requests to a deployment reach its container, and where there.

Source: OCI's samples for multiple inference endpoints: ``/predict`` always; below it what ``customHttpEndpoints``
declares, handed on without the ``/predict``; ``{}`` stands for one segment. ``/health``, which OCI keeps to itself,
can be asked here as it can of the other deployments of this machine.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from oci_mlflow_core.model.routes import PREDICT
from oci_mlflow_plugin.adapters.local.containers.settings import ContainerSettings, Endpoint

STREAM, HEALTH = "/predictWithResponseStream", "/health"
_WILDCARD = "{}"


@attrs.frozen
class Route:
    """A place in the container."""

    port: int
    #: With the query, where there is one.
    path: str


@attrs.frozen
class Refused:
    """A request that does not reach it."""

    status: int
    code: str
    message: str


def route(settings: ContainerSettings, method: str, target: str) -> Route | Refused:
    """Where a request goes.

    Args:
        settings: The container.
        method: Such as ``POST``.
        target: Path and query as the client sent them.
    """
    path, mark, query = target.partition("?")
    if path == HEALTH:
        return _if_allowed(method, ("GET", "HEAD"), Route(settings.health_check_port, target))
    for prefix in (STREAM, PREDICT):
        if path == prefix:
            return _if_allowed(method, ("POST",), Route(settings.server_port, f"{path}{mark}{query}"))
        if path.startswith(f"{prefix}/"):
            suffix = path.removeprefix(prefix)
            methods = _methods(settings.endpoints, suffix)
            if methods:
                return _if_allowed(method, methods, Route(settings.server_port, f"{suffix}{mark}{query}"))
    return Refused(404, "NotFound", f"the deployment declares no endpoint {path}")


def _if_allowed(method: str, methods: Sequence[str], to: Route) -> Route | Refused:
    if method in methods:
        return to
    return Refused(405, "MethodNotAllowed", f"{method} is not allowed here; expected {' or '.join(methods)}")


def _methods(endpoints: Sequence[Endpoint], suffix: str) -> tuple[str, ...]:
    return tuple(method for one in endpoints if _fits(one.suffix, suffix) for method in one.methods)


def _fits(declared: str, asked: str) -> bool:
    own, sent = declared.strip("/").split("/"), asked.strip("/").split("/")
    return len(own) == len(sent) and all(mine in (_WILDCARD, theirs) for mine, theirs in zip(own, sent, strict=True))
