"""Deployments in containers whose server comes with the artifact; some fail in one way or another."""

from __future__ import annotations

import io
import json
import textwrap
import time
import zipfile
from typing import Any

import attrs
from integration.local.rig import BytesArtifact, Quiet

from oci_mlflow_core.model.deployment import Deployment
from oci_mlflow_core.ports.deploy_service import DesiredDeployment, ModelRegistration
from oci_mlflow_core.spec.infrastructure import Infrastructure
from oci_mlflow_core.spec.runtime import ContainerRuntime
from oci_mlflow_plugin.adapters.local.service import LocalDeployService

PORT = 5001
_MODEL = "/opt/ds/model/deployed_model"
#: Tells what it sees; 400 for what is no JSON.
SERVER = """
import http.server, json, os, signal, sys, time

def written(path):
    try:
        open(path, "w").close()
    except OSError as fault:
        return type(fault).__name__
    return "written"

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.reply(200, {"status": "ok"})

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        try:
            question = json.loads(body)
        except ValueError:
            return self.reply(400, {"message": "no JSON"})
        if question == "exit":
            print("going", flush=True)
            os._exit(7)
        if question == "slow":
            time.sleep(3)
        memory = open("/sys/fs/cgroup/memory.max").read() if os.path.exists("/sys/fs/cgroup/memory.max") else open(
            "/sys/fs/cgroup/memory/memory.limit_in_bytes").read()
        self.reply(200, {
            "path": self.path, "environ": dict(os.environ), "memory": memory.strip(), "version": VERSION,
            "artifact": written(__file__), "beside": written(os.path.dirname(__file__) + "/new"),
        })

    def reply(self, status, value):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass

def main():
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    print("serving", VERSION, flush=True)
    http.server.ThreadingHTTPServer(("0.0.0.0", int(os.environ.get("PORT", "5001"))), Handler).serve_forever()
"""
FAILING = "print('no model is here', flush=True); raise SystemExit(3)"


def artifact(version: str = "one", server: str = "") -> BytesArtifact:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as members:
        members.writestr("serve.py", server or f"VERSION = {version!r}\n{SERVER}\nmain()\n")
        members.writestr("MLmodel", "flavors: {}\n")
    return BytesArtifact(buffer.getvalue())


def container(image: str, **runtime: Any) -> ContainerRuntime:
    settings = {"image": image, "cmd": ("python3", "-u", f"{_MODEL}/serve.py"), "server_port": PORT}
    return ContainerRuntime(**{**settings, **runtime})


@attrs.frozen
class Rig:
    """A service, and the image that its containers are made of."""

    service: LocalDeployService
    image: str

    def desired(
        self, made: BytesArtifact | None = None, infrastructure: Infrastructure | None = None, **runtime: Any
    ) -> DesiredDeployment:
        model = self.service.catalog.register(ModelRegistration(display_name="rig"), made or artifact(), Quiet())
        wanted = container(**{"image": self.image, **runtime})
        return DesiredDeployment(
            name="rig",
            model_id=model.id,
            container=wanted,
            environment_variables=wanted.environment_variables,
            infrastructure=infrastructure or Infrastructure(),
        )

    def create(self, made: BytesArtifact | None = None, **runtime: Any) -> Deployment:
        return self.settled(self.service.lifecycle.create(self.desired(made, **runtime)))

    def update(self, deployment: Deployment, made: BytesArtifact, **runtime: Any) -> Deployment:
        self.service.lifecycle.update(deployment.id, self.desired(made, **runtime), ())
        return self.settled(deployment)

    def settled(self, deployment: Deployment, seconds: float = 120) -> Deployment:
        deadline = time.monotonic() + seconds
        while not (seen := self.service.lifecycle.get(deployment.id)).state.is_settled:
            assert time.monotonic() < deadline, (seen, self.log(deployment))
            time.sleep(0.1)
        return seen

    def log(self, deployment: Deployment) -> str:
        logs = self.service.home.deployments / deployment.id / "logs"
        return "\n".join(path.read_text() for path in sorted(logs.glob("*.log")))

    def ask(self, deployment: Deployment, question: Any = None) -> Any:
        answer = self.service.predictor.predict(deployment.id, json.dumps(question).encode())
        assert answer.status == 200, answer
        return json.loads(answer.body)


def script(text: str) -> BytesArtifact:
    """An artifact whose server is that text."""
    return artifact(server=textwrap.dedent(text))
