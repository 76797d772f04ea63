"""The real commands as child processes, each with a store, a home folder and an environment of the test's own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs
import psutil

from oci_mlflow_core.model.deployment import Deployment
from oci_mlflow_core.model.target import Target
from oci_mlflow_core.testing.progress_sink import RecordingProgress
from oci_mlflow_core.usecases.delete_deployment import delete_deployment
from oci_mlflow_core.usecases.finding import find_deployment
from oci_mlflow_core.usecases.ports import Ports
from oci_mlflow_core.usecases.requests import DeleteDeployment
from oci_mlflow_plugin.composition import compose

LOCAL = "oci-datascience://local"
#: The row of OCI's documentation, as the conda runtime gets it.
REFERENCE_ROW: dict[str, Any] = {
    "columns": [
        "mean radius",
        "mean texture",
        "mean perimeter",
        "mean area",
        "mean smoothness",
        "mean compactness",
        "mean concavity",
        "mean concave points",
    ],
    "index": [0],
    "data": [[17.99, 10.38, 122.8, 1001.0, 0.1184, 0.2776, 0.3001, 0.1471]],
}
#: Seconds after which a command that hangs is a failed test.
LONGEST = 600


@attrs.frozen
class Done:
    """A command that has ended."""

    code: int
    out: str
    err: str


@attrs.frozen
class Commands:
    """Runs commands of the environment that the tests run in."""

    folder: Path
    environ: dict[str, str]

    @property
    def home(self) -> Home:
        """What the commands have deployed."""
        return Home(Path(self.environ["OCI_MLFLOW_HOME"]))

    def mlflow(self, *arguments: str, code: int = 0, **more: str) -> Done:
        """``mlflow deployments …``; the exit code must be `code`."""
        return self.run("mlflow", "deployments", *arguments, code=code, **more)

    def run(self, program: str, *arguments: str, code: int = 0, **more: str) -> Done:
        process = self.start(program, *arguments, **more)
        try:
            out, err = process.communicate(timeout=LONGEST)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            out, err = process.communicate()
        done = Done(process.returncode, out, err)
        assert done.code == code, f"{program} {' '.join(arguments)}\n--- stdout\n{out}\n--- stderr\n{err}"
        return done

    def start(self, program: str, *arguments: str, **more: str) -> subprocess.Popen[str]:
        command = [str(Path(sys.executable).with_name(program)), *arguments]
        return subprocess.Popen(
            command,
            cwd=self.folder,
            env={**self.environ, **more},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def python(self, script: str, code: int = 0, **more: str) -> Done:
        return self.run("python", "-W", "ignore", "-c", script, code=code, **more)


def quiet_environ(folder: Path, **more: str) -> dict[str, str]:
    """The tests' environment without what belongs to the user who runs them."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MLFLOW_", "OCI_", "PYTEST_"))}
    return {
        **kept,
        "HOME": str(folder),
        "MLFLOW_TRACKING_URI": f"sqlite:///{folder}/mlflow.db",
        "OCI_MLFLOW_HOME": str(folder / "home"),
        "UV_CACHE_DIR": os.environ.get("UV_CACHE_DIR", str(Path("~/.cache/uv").expanduser())),
        "GIT_PYTHON_REFRESH": "quiet",
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "COLUMNS": "200",
        "OCI_MLFLOW_CHANNEL_ALIAS": os.environ["OCI_MLFLOW_CHANNEL_ALIAS"],
        **more,
    }


def post(url: str, payload: Any, content_type: str = "application/json") -> tuple[int, Any]:
    """Status and parsed body of a POST."""
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    request = urllib.request.Request(url, body, {"content-type": content_type})  # noqa: S310 (loopback)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refusal:
        return refusal.code, json.loads(refusal.read() or b"null")


def shown(table: str) -> Mapping[str, str]:
    """``key: value`` lines, as ``mlflow deployments get`` prints them."""
    pairs = (line.partition(": ") for line in table.splitlines() if ": " in line)
    return {key: value for key, _, value in pairs}


@attrs.frozen
class Home:
    """The deployments of one home folder, seen from the tests' own process, which is quicker than a command."""

    folder: Path

    def get(self, name: str) -> Deployment:
        """The deployment of that name."""
        return find_deployment(self._ports.service.lifecycle, name)

    def names(self) -> list[str]:
        """Of all deployments."""
        return [deployment.name for deployment in self._ports.service.lifecycle.list()]

    def delete(self, *names: str) -> None:
        """Deletes those deployments."""
        for name in names:
            delete_deployment(self._ports, DeleteDeployment(name=name))

    @property
    def _ports(self) -> Ports:
        environ = {"OCI_MLFLOW_HOME": str(self.folder)}
        return compose(Target(region="local"), environ=environ, progress=RecordingProgress())

    def anything_left(self) -> list[str]:
        """Folders, locks and processes of deployments; published packs and unpacked environments stay on purpose."""
        left = [
            str(path.relative_to(self.folder))
            for folder in ("deployments", "models", "journal", "work", "locks")
            for path in (self.folder / folder).rglob("*")
        ]
        stray = [
            " ".join(process.info["cmdline"])
            for process in psutil.process_iter(["cmdline"])
            if any(str(self.folder) in part for part in process.info["cmdline"] or ())
        ]
        return [*left, *stray]

    def assert_nothing_left(self) -> None:
        """Fails where a deployment left anything."""
        left = self.anything_left()
        assert left == [], left
