"""The registry gives images to those who know its password, and to nobody else."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import tarfile
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest
from rig.engine.found import LABEL, docker
from rig.needed import lacking
from rig.registry.running import Registry, missing, running


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Registry]:
    reason = missing()
    if reason is not None:
        lacking(reason)
    (tmp_path / "registry").mkdir()
    with running(tmp_path / "registry") as registry:
        yield registry


def _status(registry: Registry, password: str | None) -> int:
    headers = {}
    if password is not None:
        headers["Authorization"] = f"Basic {b64encode(f'{registry.user}:{password}'.encode()).decode()}"
    connection = http.client.HTTPConnection(registry.address)
    connection.request("GET", "/v2/", headers=headers)
    status = connection.getresponse().status
    connection.close()
    return status


def test_only_the_password_opens_it(registry: Registry) -> None:
    statuses = [_status(registry, password) for password in (None, "wrong", registry.password)]

    assert statuses == [401, 401, 200]


def test_an_image_that_was_pushed_is_pulled(registry: Registry, engine: str, tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "nothing.tar", "w"):
        pass
    name = f"{registry.address}/team/nothing:1"
    docker(engine, "import", "--change", f"LABEL {LABEL}=pushed", str(tmp_path / "nothing.tar"), name)
    secret = b64encode(f"{registry.user}:{registry.password}".encode()).decode()
    (tmp_path / "config.json").write_text(json.dumps({"auths": {registry.address: {"auth": secret}}}))

    statuses = [_as_user(engine, tmp_path, *verb, name) for verb in (("push",), ("rmi", "--force"), ("pull",))]
    docker(engine, "rmi", "--force", name)

    assert statuses == [0, 0, 0]


def _as_user(engine: str, settings: Path, *arguments: str) -> int:
    command = ["docker", "--config", str(settings), "--host", engine, *arguments]
    return subprocess.run(command, env=os.environ, check=False, capture_output=True).returncode
