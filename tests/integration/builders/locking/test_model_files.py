"""What a model's own files ask of conda and pip together is what is locked."""

from __future__ import annotations

from pathlib import Path

import attrs
import pytest
from integration.builders.rattler.forge import Forge
from rig.channel.channels import Channels
from rig.channel.server import ChannelServer

from oci_mlflow_core.model.artifact import ModelFacts, ModelVersion
from oci_mlflow_core.model.environment import EnvironmentRequest, Platform
from oci_mlflow_core.planning.environment import EnvironmentTarget, environment_request


@pytest.fixture
def forge(channels: Channels, channel_server: ChannelServer, tmp_path: Path) -> Forge:
    return Forge(folder=tmp_path, alias=channel_server.url, python=channels.python, glibc=channels.glibc)


def request_of(forge: Forge, *dependencies: str, pip: tuple[str, ...]) -> EnvironmentRequest:
    """What the conda.yaml of a model asks for, without the MLflow that every model gets."""
    lines = ["channels: [conda-forge]", "dependencies:", *(f"- {each}" for each in dependencies)]
    text = "\n".join([*lines, "- pip:", *(f"  - {each}" for each in pip)])
    facts = ModelFacts(
        version=ModelVersion(uri="models:/x/1", pinned_uri="models:/x/1"),
        flavors=("python_function",),
        mlflow_version="3.1.0",
        python_version="3.11.7",
        environment_files={"conda.yaml": text},
    )
    read = environment_request(facts, EnvironmentTarget(platform=Platform.LINUX_64, glibc=forge.glibc)).request
    return attrs.evolve(read, python=forge.python, pip=tuple(each for each in read.pip if "mlflow" not in each))


@pytest.mark.parametrize(("pip", "version"), [("aged", "2.0"), ("aged==1.0", "1.0"), ("aged<2", "1.0")])
def test_the_version_that_pip_is_asked_for_is_the_one_of_conda(forge: Forge, pip: str, version: str) -> None:
    request = request_of(forge, "aged>=1", pip=(pip,))

    lock = forge.lock(request)

    assert [each.version for each in lock.conda if each.name == "aged"] == [version]
    assert [each.name for each in lock.pip] == []


def test_a_channel_that_only_one_package_names_is_searched(forge: Forge, channels: Channels) -> None:
    request = request_of(forge, "extras::extra", "aged", pip=())

    lock = forge.lock(request)

    found = {each.name: each.channel for each in lock.conda if each.name in {"extra", "aged"}}
    assert found == {"extra": "extras", "aged": "conda-forge"}
    assert channels.folder.is_dir()
