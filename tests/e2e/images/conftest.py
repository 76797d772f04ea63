"""A registry that stands for OCIR, an engine, OCI's services with deployments in containers, and the commands."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs
import oci
import pytest
import requests
from commands import REFERENCE_ROW, Commands, Done
from oci.data_science import DataScienceClient
from oci_twin.runtime.engine import LABEL
from rig.base_image.well_known import SYSTEM, stand_in_for
from rig.engine.found import docker
from rig.needed import lacking
from rig.registry import running as rig
from rig.registry.from_engine import log_in, push
from rig.registry.running import Registry
from twin_process import TwinProcess, twin_process

TARGET = "oci-datascience"
#: Seconds to build an image.
_LONGEST = 1200


@attrs.frozen
class Cloud:
    """The commands of somebody with an account of Oracle Cloud, and OCI's own view of what they do."""

    commands: Commands
    twin: TwinProcess
    engine: str
    registry: Registry
    login: Path

    def mlflow(self, verb: str, *arguments: str, code: int = 0) -> Done:
        """``mlflow deployments VERB``."""
        return self.commands.mlflow(verb, "-t", TARGET, *arguments, code=code)

    def file(self, text: str) -> str:
        """What ``--config`` takes for a deployment file of that text."""
        path = self.commands.folder / "deploy.yaml"
        path.write_text(text)
        return f"deploy-config-file={path}"

    def names(self) -> list[str]:
        """Of all deployments that OCI has."""
        return list(self._deployments())

    def _deployments(self) -> dict[str, Any]:
        found = self._service.list_model_deployments(self.twin.environ["TWIN_COMPARTMENT_ID"]).data
        return {each.display_name: each for each in found if each.lifecycle_state != "DELETED"}

    def predict(self, name: str) -> Any:
        """``mlflow deployments predict``, of the row of OCI's documentation."""
        rows = self.commands.folder / "rows.json"
        rows.write_text(json.dumps({"dataframe_split": REFERENCE_ROW}))
        return json.loads(self.mlflow("predict", "--name", name, "-I", str(rows)).out.splitlines()[-1])

    def post(self, name: str, payload: Any) -> tuple[int, Any]:
        """What ``oci raw-request`` does: a signed POST; status and body."""
        signer = oci.signer.Signer.from_config(self._config)
        url = self._deployments()[name].model_deployment_url
        answer = requests.post(f"{url}/predict", json=payload, auth=signer, timeout=60)
        return answer.status_code, answer.json()

    @property
    def _config(self) -> Any:
        return oci.config.from_file(str(self.twin.home / "config"))

    @property
    def _service(self) -> DataScienceClient:
        return DataScienceClient(self._config, service_endpoint=self.twin.url)

    def environment(self, name: str) -> Any:
        """What OCI has for the environment of the deployment."""
        found = self._service.get_model_deployment(self._deployments()[name].id).data
        return found.model_deployment_configuration_details.environment_configuration_details

    def build(self, tag: str, context: Path, **arguments: str) -> None:
        """``docker build`` of a folder."""
        told = [f"--build-arg={name}={value}" for name, value in arguments.items()]
        self._docker("build", "--quiet", "--tag", tag, *told, str(context))

    def _docker(self, *arguments: str) -> None:
        command = ["docker", "--host", self.engine, *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=_LONGEST)
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"

    def push(self, tag: str, name: str) -> str:
        """``docker push`` to the registry that stands for OCIR; the digest."""
        return push(self.engine, tag, self.registry, name, self.login)

    def containers(self) -> list[str]:
        """Those of the twin."""
        label = f"label={LABEL}={self.twin.home / 'runtime'}"
        return docker(self.engine, "ps", "--all", "--quiet", "--filter", label).stdout.split()


@pytest.fixture(scope="package")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    reason = rig.missing()
    if reason is not None:
        lacking(reason)
    with rig.running(tmp_path_factory.mktemp("registry")) as running:
        yield running


@pytest.fixture(scope="package")
def cloud(
    store: Commands, registry: Registry, engine: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Cloud]:
    """With the base images in the engine and in the registry, under the names that are wanted."""
    login = log_in(registry, tmp_path_factory.mktemp("login"))
    home, folder = tmp_path_factory.mktemp("twin"), tmp_path_factory.mktemp("cloud")
    url = f"http://{registry.user}:{registry.password}@{registry.address}"
    push(engine, stand_in_for(SYSTEM, engine), registry, BASE, login)
    with twin_process(home, "--registry", url, "--engine", engine) as twin:
        environ = {**store.environ, **twin.environ, **_own(folder, engine, login)}
        yield Cloud(attrs.evolve(store, folder=folder, environ=environ), twin, engine, registry, login)


#: Where the base of the images that are made from models is found, in the registry of the tests.
BASE = "team/base:9"


def _own(folder: Path, engine: str, login: Path) -> Mapping[str, str]:
    return {"OCI_MLFLOW_HOME": str(folder / "home"), "DOCKER_HOST": engine, "DOCKER_CONFIG": str(login)}


@pytest.fixture
def nothing_left(cloud: Cloud) -> Iterator[None]:
    """Neither a deployment nor a container after the test; one that failed leaves nothing to the next either."""
    yield
    left = cloud.containers()
    if left:
        for name in cloud.names():
            cloud.mlflow("delete", "--name", name)
    assert left == []
