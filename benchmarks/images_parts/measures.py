"""What is measured of images: how large they are, and what another version of the model costs."""

from __future__ import annotations

import base64
import json
import subprocess
import urllib.request
from typing import Any

import attrs
from rig.base_image.well_known import stand_in_for
from rig.registry.from_engine import push

from images_parts.stage import Stage

_UPDATE = """
import json, sys, time
from pathlib import Path
from mlflow.deployments import get_deploy_client

def blobs():
    return {path: path.stat().st_size for path in Path(sys.argv[2]).glob("images/**/blobs/sha256/*/*/data")}

client = get_deploy_client("oci-datascience")
config = {"deploy-config-file": sys.argv[1]}
client.create_deployment("bench", "models:/bench/1", config=config)
before, began = blobs(), time.perf_counter()
client.update_deployment("bench", "models:/bench/2", config=config)
seconds, after = time.perf_counter() - began, blobs()
client.delete_deployment("bench")
print(json.dumps([seconds, sum(after[path] for path in after.keys() - before.keys())]))
"""
#: The smaller of the two images that MLflow makes.
_LOCAL = ("--env-manager", "local")
#: The other, which MLflow makes unless somebody says something: Ubuntu with compilers, Java and pyenv.
_USUAL = ("--env-manager", "virtualenv")
_UBUNTU = "ubuntu:24.04"
#: Layers of the smaller one between its base and its packages: settings of apt, and nginx.
_BEFORE_PACKAGES = 2
_ACCEPTED = (
    "application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json, "
    "application/vnd.oci.image.index.v1+json"
)


@attrs.frozen(kw_only=True)
class Measured:
    """Of one run; bytes are those of the compressed layers, which is what is sent and kept."""

    ours: tuple[int, ...]
    #: Without what comes from places that only some machines reach: pyenv, and the Python that it is used with.
    usual: tuple[int, ...]
    local: tuple[int, ...]
    #: Seconds of the whole update to another version of the model.
    rebuild: float
    #: Bytes that the registry did not have before that update.
    sent: int

    def values(self) -> dict[str, float]:
        """`image_bytes`, this project's beside MLflow's two, and `rebuild_s`."""
        ours = sum(self.ours)
        return {
            "image_bytes": ours / sum(self.usual),
            "image_bytes_local": ours / sum(self.local),
            "rebuild_s": self.rebuild,
        }

    def show(self) -> None:
        """Prints a table."""
        print(f"\n{'':<50}{'MB':>9}{'layers':>8}")
        for name, layers in (
            ("this project", self.ours),
            ("mlflow models build-docker, at least", self.usual),
            ("mlflow models build-docker --env-manager local", self.local),
        ):
            print(f"  {name:<48}{sum(layers) / 1e6:9.1f}{len(layers):8}")
        print(f"\nanother version of the model: {self.rebuild:.2f} s, {self.sent} bytes sent to the registry")


def measured(stage: Stage) -> Measured:
    """Makes both images, and then deploys another version of the model.

    Raises:
        SystemExit: A command failed.
    """
    rebuild, sent = _another_model(stage)
    local, packages = _local(stage)
    usual = (*_system_of_usual(stage), *packages)
    return Measured(ours=_ours(stage), usual=usual, local=local, rebuild=rebuild, sent=sent)


def _another_model(stage: Stage) -> tuple[float, int]:
    """Seconds, and bytes that the registry did not have before."""
    said = stage.run(
        "python", "-W", "ignore", "-c", _UPDATE, str(stage.deployment_file), str(stage.folder / "registry")
    )
    seconds, sent = json.loads(said.splitlines()[-1])
    return seconds, sent


def _ours(stage: Stage) -> tuple[int, ...]:
    tags = _asked(stage, "/v2/bench/models/tags/list")["tags"]
    return _layers(stage, "bench/models", tags[0])


def _local(stage: Stage) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Of ``mlflow models build-docker --env-manager local``: all layers, and those of the packages."""
    base = stand_in_for(f"python:{stage.python}-slim", stage.engine)
    stage.run("mlflow", "models", "build-docker", "--model-uri", "models:/bench/1", "--name", "bench-mlflow", *_LOCAL)
    everything = _pushed(stage, "bench-mlflow", "bench/local")
    before = len(_pushed(stage, base, "bench/python")) + _BEFORE_PACKAGES
    return everything, everything[before:]


def _system_of_usual(stage: Stage) -> tuple[int, ...]:
    """Of the system in MLflow's usual image, by its own Dockerfile; the model's packages are not in it."""
    folder = stage.folder / "usual"
    told = ("--model-uri", "models:/bench/1", "--output-directory", str(folder), *_USUAL)
    stage.run("mlflow", "models", "generate-dockerfile", *told)
    stand_in_for(_UBUNTU, stage.engine)
    (folder / "Dockerfile").write_text(_what_apt_installs((folder / "Dockerfile").read_text()))
    command = ["docker", "--host", stage.engine, "build", "--quiet", "--tag", "bench-usual", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"MLflow's usual image cannot be built: {done.stderr}")
    return _pushed(stage, "bench-usual", "bench/usual")


def _what_apt_installs(dockerfile: str) -> str:
    """The instructions that need no more than the packages of a distribution."""
    whole = dockerfile.replace("\\\n", " ").splitlines()
    elsewhere = ("http://", "https://", "add-apt-repository", "pip ", "python")
    kept = [line for line in whole if line.startswith("FROM ") or (line.startswith("RUN ") and "apt-get" in line)]
    return "\n".join(line for line in kept if not any(word in line for word in elsewhere)) + "\n"


def _pushed(stage: Stage, image: str, repository: str) -> tuple[int, ...]:
    push(stage.engine, image, stage.registry, f"{repository}:1", stage.login)
    return _layers(stage, repository, "1")


def _layers(stage: Stage, repository: str, tag: str) -> tuple[int, ...]:
    document = _asked(stage, f"/v2/{repository}/manifests/{tag}")
    return tuple(layer["size"] for layer in document["layers"])


def _asked(stage: Stage, path: str) -> dict[str, Any]:
    registry = stage.registry
    secret = base64.b64encode(f"{registry.user}:{registry.password}".encode()).decode()
    headers = {"Accept": _ACCEPTED, "Authorization": f"Basic {secret}"}
    request = urllib.request.Request(f"http://{registry.address}{path}", headers=headers)
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - loopback
        document: dict[str, Any] = json.load(answer)
        return document
