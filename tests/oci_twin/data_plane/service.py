"""The data plane's routes.

Source: OCI documentation, "Predict endpoint" and "Predict with response streaming endpoint", tables of response codes.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

import attrs

from oci_twin.clock import TwinClock
from oci_twin.data_plane.access_log import AccessLog
from oci_twin.data_plane.deployments import Deployments
from oci_twin.data_plane.endpoints import METHODS, PREDICT, STREAM, declared_methods
from oci_twin.data_plane.forwarding import Forwarding, NoStream, NotReached, ServerGone, TookTooLong, path_of
from oci_twin.data_plane.limits import PredictLimits, Rate
from oci_twin.http.call import Call, Refusal, Reply
from oci_twin.http.routing import Routes
from oci_twin.runtime.port import AppendLog

SERVICE = "model_deployment"
_OPERATIONS = {PREDICT: "predict", STREAM: "predict_with_response_stream"}
#: OCI's documentation does not say that updates interrupt the serving; those with zero downtime do not.
_SERVING = ("ACTIVE", "NEEDS_ATTENTION", "UPDATING")
_COMMON = {"X-Content-Type-Options": "nosniff"}


class DataPlane:
    """Answers predictions with what the deployment's server answers.

    Args:
        deployments: The control plane.
        append_log: The twin's Logging service, for access logs.
        without_runtime: Whether nothing is ever served (``--runtime none``), which the answer then says.
    """

    def __init__(
        self,
        deployments: Deployments,
        clock: TwinClock,
        append_log: AppendLog,
        *,
        limits: PredictLimits | None = None,
        without_runtime: bool = False,
    ) -> None:
        self._deployments = deployments
        self._limits = limits or PredictLimits()
        self._rate = Rate(self._limits.requests_per_second, clock.now)
        self._log = AccessLog(append_log, clock.now)
        self._without_runtime = without_runtime

    def routes(self) -> Routes:
        """``/{deployment}/predict`` and ``/{deployment}/predictWithResponseStream``, and what is below them."""
        routes = Routes()
        for endpoint, operation in _OPERATIONS.items():
            handler = self._handler(streams=endpoint == STREAM)
            routes.add("POST", f"/{{deployment}}/{endpoint}", handler, service=SERVICE, operation=operation)
            for method in METHODS:
                template = f"/{{deployment}}/{endpoint}/{{suffix*}}"
                routes.add(method, template, handler, service=SERVICE, operation=operation)
        return routes

    def _handler(self, *, streams: bool) -> Callable[[Call], Callable[[], Reply]]:
        def handle(call: Call) -> Callable[[], Reply]:
            return lambda: self._answer(call, streams=streams)

        return handle

    def _answer(self, call: Call, *, streams: bool) -> Reply:
        """The answer, after an entry in the access log of the deployment if it has one."""
        deployment_id = call.params["deployment"]
        deployment = self._deployments.document(deployment_id)
        began = time.monotonic()
        try:
            reply = self._checked(call, deployment_id, deployment, streams=streams)
        except Refusal as refusal:
            body = {"code": refusal.code, "message": refusal.message}
            reply = Reply(refusal.status, json=body, headers=refusal.headers)
        if deployment is not None:
            self._log.append(deployment, call, reply, time.monotonic() - began)
        return attrs.evolve(reply, headers={**reply.headers, **_COMMON})

    def _checked(self, call: Call, deployment_id: str, deployment: Mapping[str, Any] | None, *, streams: bool) -> Reply:
        if deployment is None or not self._serves(deployment_id, deployment.get("lifecycleState")):
            raise _not_found()
        path = _server_path(call, deployment)
        self._check_size(call, deployment_id)
        forwarding = Forwarding(call, path_of(call, path), streams, self._limits.seconds)
        try:
            return self._forwarded(forwarding, deployment_id)
        except ServerGone as fault:
            raise self._unavailable() from fault
        except TookTooLong as fault:
            message = f"The prediction took longer than {self._limits.seconds:g} seconds."
            raise Refusal(500, "InternalServerError", message) from fault
        except NoStream as fault:
            message = "The model server did not answer with a stream."
            raise Refusal(409, "ExternalServerIncorrectState", message) from fault

    def _serves(self, deployment_id: str, state: object) -> bool:
        """Whether a state is one that serves; a deployment that is activated is updated and does not serve yet."""
        if state != "UPDATING" or self._without_runtime:
            return state in _SERVING
        return self._deployments.server_url(deployment_id) is not None

    def _check_size(self, call: Call, deployment_id: str) -> None:
        if not self._rate.allows(deployment_id):
            raise Refusal(429, "TooManyRequests", "Too many requests.")
        if call.method in {"POST", "PUT"} and "content-length" not in call.headers:
            raise Refusal(411, "LengthRequired", "The request has no Content-Length.")
        if call.length > self._limits.body_bytes:
            message = f"The payload is larger than {self._limits.body_bytes} bytes."
            raise Refusal(413, "PayloadTooLarge", message)

    def _forwarded(self, forwarding: Forwarding, deployment_id: str) -> Reply:
        """What the server answers; where it is just being replaced, its successor."""
        url = self._deployments.server_url(deployment_id)
        if url is None:
            raise self._unavailable()
        try:
            return forwarding.to(url)
        except NotReached:
            successor = self._deployments.server_url(deployment_id)
            if successor in {None, url}:
                raise
            return forwarding.to(str(successor))

    def _unavailable(self) -> Refusal:
        if self._without_runtime:
            message = "The twin runs without a runtime (--runtime none), so nothing serves this deployment."
        else:
            message = "The model server is unavailable."
        return Refusal(503, "ServiceUnavailable", message)


def _server_path(call: Call, deployment: Mapping[str, Any]) -> str:
    """The path at the server, of an endpoint that the deployment has.

    Raises:
        Refusal: 404 for a path that it does not declare, 405 for a method that it does not take there.
    """
    if "suffix" not in call.params:
        return f"/{PREDICT}"
    suffix = "/" + call.path.lstrip("/").split("/", 2)[2]
    methods = declared_methods(deployment, suffix)
    if not methods:
        raise _not_found()
    if call.method not in methods:
        raise Refusal(405, "MethodNotAllowed", f"{suffix} has no {call.method}.")
    return suffix


def _not_found() -> Refusal:
    return Refusal(404, "NotAuthorizedOrNotFound", "Authorization failed or requested resource not found.")
