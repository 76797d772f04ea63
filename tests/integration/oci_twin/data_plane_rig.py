"""A data plane that the SDK can reach, in front of a control plane of the test's own and servers of many kinds."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import attrs
import requests
from oci.model_deployment import ModelDeploymentClient
from oci.retry import NoneRetryStrategy
from oci.signer import Signer
from oci_twin.clock import ManualClock, SystemClock
from oci_twin.data_plane.deployments import Deployments
from oci_twin.data_plane.limits import PredictLimits
from oci_twin.data_plane.service import DataPlane
from oci_twin.http.application import Application
from oci_twin.http.dispatch import Dispatcher
from oci_twin.http.retry_tokens import RetryTokens
from oci_twin.http.server import Server
from oci_twin.parts import Parts, new_parts

DEPLOYMENT = "ocid1.datasciencemodeldeployment.oc1.iad.one"
ACCESS_LOG = "ocid1.log.oc1.iad.access"


@attrs.define
class ControlPlane(Deployments):
    """One deployment; its URLs are told one after the other, the last again and again."""

    state: str = "ACTIVE"
    urls: list[str | None] = attrs.field(factory=list)
    environment: dict[str, Any] = attrs.field(factory=dict)

    def document(self, deployment_id: str) -> Mapping[str, Any] | None:
        if deployment_id != DEPLOYMENT:
            return None
        return {
            "id": DEPLOYMENT,
            "lifecycleState": self.state,
            "categoryLogDetails": {"access": {"logId": ACCESS_LOG, "logGroupId": "group"}},
            "modelDeploymentConfigurationDetails": {"environmentConfigurationDetails": self.environment},
        }

    def server_url(self, deployment_id: str) -> str | None:
        return self.urls.pop(0) if len(self.urls) > 1 else self.urls[0]


@attrs.frozen
class DataPlaneRig:
    """The twin's HTTP with the routes of the data plane alone."""

    control_plane: ControlPlane
    data_plane: DataPlane
    parts: Parts
    url: str
    clock: ManualClock
    entries: list[tuple[str, str, str]]

    def client(self) -> ModelDeploymentClient:
        config = self.parts.credentials.config
        return ModelDeploymentClient(config, service_endpoint=self.url, retry_strategy=NoneRetryStrategy(), timeout=30)

    def ask(self, method: str, path: str, **more: Any) -> requests.Response:
        """A signed request below the deployment."""
        return requests.request(method, f"{self.url}/{DEPLOYMENT}{path}", auth=self._signer(), timeout=30, **more)

    def post(self, value: object, path: str = "/predict", **more: Any) -> requests.Response:
        return self.ask("POST", path, json=value, **more)

    def _signer(self) -> Signer:
        config = self.parts.credentials.config
        return Signer(config["tenancy"], config["user"], config["fingerprint"], config["key_file"])


@contextmanager
def data_plane(
    control_plane: ControlPlane, limits: PredictLimits | None = None, *, without_runtime: bool = False
) -> Iterator[DataPlaneRig]:
    """The data plane of a twin, on a port of its own."""
    clock = ManualClock()
    parts = new_parts(None, clock, SystemClock())
    entries: list[tuple[str, str, str]] = []

    def append_log(log_id: str, when: object, source: str, message: str, category: str = "predict") -> None:
        entries.append((log_id, source, message))

    plane = DataPlane(control_plane, clock, append_log, limits=limits, without_runtime=without_runtime)
    tokens = RetryTokens(parts.state, clock)
    dispatcher = Dispatcher(plane.routes(), parts.signatures, parts.faults, tokens, parts.lock)
    with ThreadPoolExecutor(8) as workers:
        server = Server(Application(dispatcher, parts.state, workers))
        server.start()
        try:
            yield DataPlaneRig(control_plane, plane, parts, server.url, clock, entries)
        finally:
            server.stop()
            parts.state.close()


Handle = Callable[[BaseHTTPRequestHandler, bytes], None]


def answer(handler: BaseHTTPRequestHandler, status: int, content: bytes, **headers: str) -> None:
    """An answer in one piece."""
    handler.send_response(status)
    for name, value in {"Content-Type": "application/json", **headers}.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.send_header("Content-Length", str(len(content)))
    handler.end_headers()
    handler.wfile.write(content)


def mirror(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    """Answers with what arrived."""
    headers = {name.lower(): value for name, value in handler.headers.items()}
    seen = {"method": handler.command, "path": handler.path, "headers": headers, "body": body.decode()}
    answer(handler, 200, json.dumps(seen).encode())


@contextmanager
def container(handle: Handle = mirror) -> Iterator[str]:
    """The URL of a server that stands for a container."""

    class Connection(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: Any) -> None:
            """Nobody reads it."""

        def _handle(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            handle(self, self.rfile.read(length))

        do_GET = do_POST = do_PUT = do_DELETE = _handle  # noqa: N815 - the names of the library

    class Quiet(ThreadingHTTPServer):
        def handle_error(self, request: Any, client_address: Any) -> None:
            """Clients may leave."""

    with Quiet(("127.0.0.1", 0), Connection) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()
