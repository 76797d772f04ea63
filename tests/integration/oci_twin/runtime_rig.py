"""What the tests of the twin's runtime deploy: tiny packs and artifacts, and a runtime whose objects are files."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tarfile
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import attrs
from oci_twin.runtime.port import CondaServing, Failed, Pending, Preparation, Ready
from oci_twin.runtime.real import RealRuntime

MINOR = f"{sys.version_info[0]}.{sys.version_info[1]}"
DEPLOYMENT = "ocid1.datasciencemodeldeployment.oc1.iad.one"
TENANCY = "ocid1.tenancy.oc1..tests"
LOG = "ocid1.log.oc1.iad.predict"
ECHO = """
def load_model():
    return "model"

def predict(data, model=load_model()):
    return {"prediction": data, "model": model}
"""
RUNTIME = """
MODEL_ARTIFACT_VERSION: '3.0'
MODEL_DEPLOYMENT:
  INFERENCE_CONDA_ENV:
    INFERENCE_ENV_SLUG: tiny_v1
    INFERENCE_ENV_TYPE: published
    INFERENCE_ENV_PATH: oci://packs@tests/conda/tiny_v1
    INFERENCE_PYTHON_VERSION: '{minor}'
"""
_UNPACK = """#!/bin/sh
prefix=$(dirname "$(dirname "$0")")
printf %s "$prefix" > "$prefix/unpacked"
"""
_LONGEST = 120


def make_pack(folder: Path, unpack: str = _UNPACK, python: Path = Path(sys.executable)) -> Path:
    """A pack that holds this Python, or another one, without its packages."""
    prefix, pack = folder / "venv", folder / "pack.tar.gz"
    subprocess.run([str(python), "-m", "venv", "--copies", "--without-pip", str(prefix)], check=True)
    with tarfile.open(pack, "w:gz", compresslevel=1) as archive:
        for path in sorted(prefix.iterdir()):
            archive.add(path, path.name)
        _add(archive, "bin/conda-unpack", unpack.encode(), 0o755)
    return pack


def tar_gz(path: Path, files: Mapping[str, bytes | Path]) -> Path:
    """An archive of those files, each of which may be run, and of links to those paths."""
    with tarfile.open(path, "w:gz") as archive:
        for name, content in files.items():
            if isinstance(content, bytes):
                _add(archive, name, content, 0o755)
            else:
                link = tarfile.TarInfo(name)
                link.type, link.linkname = tarfile.SYMTYPE, str(content)
                archive.addfile(link)
    return path


def _add(archive: tarfile.TarFile, name: str, content: bytes, mode: int) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(content), mode
    archive.addfile(member, io.BytesIO(content))


def make_artifact(path: Path, files: Mapping[str, str] | None = None) -> Path:
    """A zip of a score.py that echoes and its runtime.yaml, and of those files, which win."""
    content = {"score.py": ECHO, "runtime.yaml": RUNTIME.format(minor=MINOR), **(files or {})}
    return make_zip(path, content)


def make_zip(path: Path, files: Mapping[str, str]) -> Path:
    """A zip of those files."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return path


@attrs.define
class Rig:
    """A runtime, its objects by location, and what it wrote to logs."""

    folder: Path
    objects: dict[tuple[str, str, str], Path]
    images: dict[str, str] = attrs.field(factory=dict)
    start_seconds: float = 600
    entries: list[tuple[str, str, str]] = attrs.field(factory=list)
    runtime: RealRuntime = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.runtime = RealRuntime(
            self.folder / "runtime",
            find_object=lambda *where: self.objects.get(where),
            append_log=self._note,
            now=lambda: datetime.now(timezone.utc),
            images=self.images,
            start_seconds=self.start_seconds,
        )

    @property
    def lines(self) -> list[str]:
        return [text for _, _, text in self.entries]

    def _note(self, log_id: str, when: datetime, source: str, message: str, category: str = "predict") -> None:
        self.entries.append((log_id, source, message))

    def score(self, score: str, generation: int = 1, **environment: str) -> Ready | Failed:
        """What comes of an artifact with that score.py."""
        artifact = make_artifact(self.folder / f"{generation}.zip", {"score.py": score})
        return self.deploy(artifact, generation, **environment)

    def deploy(self, artifact: Path, generation: int = 1, **environment: str) -> Ready | Failed:
        """What comes of the artifact."""
        serving = CondaServing(artifact, environment, TENANCY, LOG)
        return outcome(self.runtime.prepare(DEPLOYMENT, generation, serving))

    def answer(self, data: object, generation: int = 1) -> tuple[int, Any]:
        """What the generation's server answers."""
        url = self.runtime.server_url(DEPLOYMENT, generation)
        assert url is not None
        return post(f"{url}/predict", json.dumps(data).encode())


def outcome(preparation: Preparation) -> Ready | Failed:
    """What comes of it in the end."""
    deadline = time.monotonic() + _LONGEST
    while isinstance(progress := preparation.poll(), Pending):
        assert time.monotonic() < deadline, progress
        time.sleep(0.02)
    return progress


def wait_for(condition: Any, seconds: float = 30) -> None:
    """Fails where the condition does not come true."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def post(url: str, body: bytes) -> tuple[int, Any]:
    """Status and JSON of the answer."""
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})  # noqa: S310 (loopback)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, json.load(refusal)
