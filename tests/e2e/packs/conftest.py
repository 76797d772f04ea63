"""Models, conda channels over HTTP, OCI's services with deployments that are served, and the commands between them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest
from commands import Commands, Done, quiet_environ, shown
from oci_twin.environment import variables
from oci_twin.twin import Twin
from rig.channel.channels import Channels
from rig.channel.server import ChannelServer
from tiny_wheels import make_wheel

TARGET = "oci-datascience"
_MODELS = Path(__file__).with_name("save_models.py")


@pytest.fixture(scope="package")
def customer(tmp_path_factory: pytest.TempPathFactory) -> Commands:
    """The commands, with the models logged."""
    folder = tmp_path_factory.mktemp("packs")
    commands = Commands(folder, quiet_environ(folder))
    wheel = make_wheel(folder / "wheels", "tariff", files={"tariff.py": "FEE = 0.25\n"})
    code = folder / "own"
    code.mkdir()
    (code / "rates.py").write_text("def doubled(x):\n    return 2 * x\n")
    logged = commands.run("python", str(_MODELS), str(wheel), str(code))
    (folder / "models.json").write_text(logged.out.splitlines()[-1])
    return commands


@pytest.fixture(scope="package")
def twin() -> Iterator[Twin]:
    with Twin() as twin:
        yield twin


@pytest.fixture(scope="package")
def server(channels: Channels) -> Iterator[ChannelServer]:
    with ChannelServer(channels.folder) as server:
        yield server


@attrs.frozen(kw_only=True)
class Cloud:
    """Deployments of the models in the twin."""

    commands: Commands
    twin: Twin
    server: ChannelServer
    glibc: str
    #: Of the packs, its own for each test: what another one built is not found there.
    prefix: str

    def model(self, name: str) -> dict[str, Any]:
        """Its ``uri``, ``rows``, and its own ``predictions`` of them."""
        found: dict[str, Any] = json.loads((self.commands.folder / "models.json").read_text())[name]
        return found

    def file(self, uri: dict[str, Any] | str, **runtime: Any) -> str:
        """A deployment file."""
        shape = {"shapeName": "VM.Standard.E4.Flex", "shapeConfigDetails": {"ocpus": 1, "memoryInGBs": 16}}
        infrastructure = {"kind": "infrastructure", "type": "modelDeployment", "spec": shape}
        if not isinstance(uri, str):
            uri = {"destination": f"oci://{self.twin.bucket}@{self.twin.namespace}/{self.prefix}", **uri}
        spec = {"uri": uri, "channelAlias": self.server.url, "glibc": self.glibc, **runtime}
        sections = {"infrastructure": infrastructure, "runtime": {"kind": "runtime", "type": "conda", "spec": spec}}
        path = self.commands.folder / "deploy.yaml"
        # JSON is YAML
        path.write_text(json.dumps({"kind": "deployment", "spec": sections}, indent=1))
        return f"deploy-config-file={path}"

    def create(self, name: str, model: str, file: str, *options: str) -> Done:
        """``mlflow deployments create``."""
        chosen = [part for option in (file, *options) for part in ("-C", option)]
        uri = self.model(model)["uri"]
        return self.commands.mlflow("create", "-t", TARGET, "--name", name, "-m", uri, *chosen)

    def get(self, name: str) -> dict[str, str]:
        """``mlflow deployments get``."""
        return dict(shown(self.commands.mlflow("get", "-t", TARGET, "--name", name).out))

    def predict(self, name: str, model: str) -> Any:
        """``mlflow deployments predict``, of the model's rows."""
        rows = self.commands.folder / "rows.json"
        rows.write_text(json.dumps(self.model(model)["rows"]))
        told = self.commands.mlflow("predict", "-t", TARGET, "--name", name, "-I", str(rows))
        return json.loads(told.out.splitlines()[-1])["predictions"]

    def manifest(self, pack: str) -> dict[str, Any]:
        """What the pack at that URI says of itself."""
        name = pack.partition(f"@{self.twin.namespace}/")[2]
        metadata = self.twin.store.object(self.twin.bucket, name).metadata
        document: dict[str, Any] = json.loads(metadata["opc-meta-manifest"])
        return document

    def delete(self, name: str) -> None:
        """``mlflow deployments delete``."""
        self.commands.mlflow("delete", "-t", TARGET, "--name", name)


@pytest.fixture
def cloud(customer: Commands, twin: Twin, server: ChannelServer, channels: Channels, tmp_path: Path) -> Cloud:
    home = {"OCI_MLFLOW_HOME": str(tmp_path / "home")}
    commands = attrs.evolve(customer, environ={**customer.environ, **variables(twin), **home})
    server.requests.clear()
    return Cloud(commands=commands, twin=twin, server=server, glibc=channels.glibc, prefix=tmp_path.name)
