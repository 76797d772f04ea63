"""Small real parts for deployments on this machine: a pack whose Python is already there, artifacts of one file."""

from __future__ import annotations

import hashlib
import io
import json
import os
import sys
import tarfile
import time
import zipfile
from pathlib import Path
from typing import Any, BinaryIO

import attrs
import psutil

from oci_mlflow_core.model.artifact import RuntimeArtifact
from oci_mlflow_core.model.deployment import Deployment
from oci_mlflow_core.model.pack import ObjectLocation, PackFile, PackManifest
from oci_mlflow_core.ports.deploy_service import DesiredDeployment, ModelRegistration
from oci_mlflow_core.ports.pack_store import PackStore
from oci_mlflow_core.ports.progress_sink import Step
from oci_mlflow_plugin.adapters.local.service import LocalDeployService

LOCATION = ObjectLocation.parse("oci://local@local/conda-envs/cpu/rig/1/rig_v1")
#: The interpreter without this environment's packages, so that the standard library serves.
BARE_PYTHON = os.path.realpath(sys.executable)
VERSION = f"{sys.version_info.major}.{sys.version_info.minor}.{sys.version_info.micro}"
DOUBLES = """
def load_model():
    return 2

def predict(data, model=load_model()):
    return {"predictions": [model * each for each in data["inputs"]]}
"""


class Quiet(Step):
    def says(self, text: str) -> None:
        pass

    def moved(self, done: int, total: int | None) -> None:
        pass

    def done(self, outcome: str) -> None:
        pass


@attrs.frozen
class BytesArtifact(RuntimeArtifact):
    data: bytes

    @property
    def size(self) -> int:
        return len(self.data)

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()

    def open(self) -> BinaryIO:
        return io.BytesIO(self.data)


def artifact(score: str = DOUBLES, location: ObjectLocation = LOCATION, **files: str) -> BytesArtifact:
    environment = {
        "INFERENCE_ENV_SLUG": location.name,
        "INFERENCE_ENV_TYPE": "published",
        "INFERENCE_ENV_PATH": str(location),
        "INFERENCE_PYTHON_VERSION": VERSION.rpartition(".")[0],
    }
    runtime = {"MODEL_ARTIFACT_VERSION": "3.0", "MODEL_DEPLOYMENT": {"INFERENCE_CONDA_ENV": environment}}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as members:
        members.writestr("score.py", score)
        members.writestr("runtime.yaml", json.dumps(runtime))
        for name, text in files.items():
            members.writestr(name, text)
    return BytesArtifact(buffer.getvalue())


def make_pack(path: Path, python: str = BARE_PYTHON, extra: str = "") -> PackFile:
    """A pack whose ``bin/python`` runs the given interpreter, and whose ``bin/conda-unpack`` leaves a trace."""
    members = {
        "bin/python": f'#!/bin/sh\nexec {python} "$@"\n',
        "bin/conda-unpack": "import pathlib, sys\npathlib.Path(sys.argv[0]).with_name('unpacked').touch()\n",
        "extra": extra,
    }
    with tarfile.open(path, "w:gz") as archive:
        for name, text in members.items():
            member = tarfile.TarInfo(name)
            member.mode, member.size = 0o755, len(text)
            archive.addfile(member, io.BytesIO(text.encode()))
    manifest = PackManifest(name="rig", version="1", slug="rig_v1", python=VERSION)
    return pack_file(path, path.read_bytes(), manifest)


def pack_file(path: Path, data: bytes, manifest: PackManifest) -> PackFile:
    return PackFile(path=path, sha256=hashlib.sha256(data).hexdigest(), size=len(data), manifest=manifest)


def publish(packs: PackStore, folder: Path, location: ObjectLocation = LOCATION, **pack: str) -> PackFile:
    made = make_pack(folder / "made.tar.gz", **pack)
    packs.publish(location, made, Quiet())
    return made


def register(service: LocalDeployService, score: str = DOUBLES, location: ObjectLocation = LOCATION) -> str:
    made = artifact(score, location)
    return service.catalog.register(ModelRegistration(display_name="rig"), made, Quiet()).id


def create(service: LocalDeployService, score: str = DOUBLES, name: str = "rig", **variables: str) -> Deployment:
    desired = DesiredDeployment(name=name, model_id=register(service, score), environment_variables=variables)
    return service.lifecycle.create(desired)


def settled(service: LocalDeployService, deployment_id: str, seconds: float = 30) -> Deployment:
    deadline = time.monotonic() + seconds
    while not (deployment := service.lifecycle.get(deployment_id)).state.is_settled:
        assert time.monotonic() < deadline, deployment
        time.sleep(0.05)
    return deployment


def active(service: LocalDeployService, score: str = DOUBLES, **variables: str) -> Deployment:
    deployment = settled(service, create(service, score, **variables).id)
    assert str(deployment.state) == "ACTIVE", deployment
    return deployment


def predict(service: LocalDeployService, deployment: Deployment, value: Any) -> Any:
    answer = service.predictor.predict(deployment.id, json.dumps(value).encode())
    assert answer.status == 200, answer
    return json.loads(answer.body)


def processes_of(text: str) -> list[psutil.Process]:
    """All processes, of whatever parent, whose command line mentions the text."""
    found = []
    for process in psutil.process_iter(["cmdline", "status"]):
        line = " ".join(process.info["cmdline"] or [])
        if text in line and process.info["status"] != psutil.STATUS_ZOMBIE and process.pid != os.getpid():
            found.append(process)
    return found


def gone_within(text: str, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while processes_of(text):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def names_within(folder: Path, expected: list[str], seconds: float) -> list[str]:
    """The names in the folder, as soon as they are the expected ones."""
    deadline = time.monotonic() + seconds
    while (found := names(folder)) != expected and time.monotonic() < deadline:
        time.sleep(0.05)
    return found
