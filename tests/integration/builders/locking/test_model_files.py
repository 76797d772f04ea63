"""What a model's own files ask of conda and pip together is what is locked."""

from __future__ import annotations

from pathlib import Path

import attrs
import pytest
from integration.builders.rattler.forge import Forge
from rig.channel.channels import Channels
from rig.channel.server import ChannelServer
from tiny_wheels import make_wheel

from oci_mlflow_core.model.artifact import ModelFacts, ModelVersion
from oci_mlflow_core.model.environment import EnvironmentRequest, Lock, PipOptions, Platform
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


def with_extra(forge: Forge, requirement: str) -> tuple[EnvironmentRequest, Lock]:
    """Conda brings six; pip is asked for an extra of it, which needs 'tiny'."""
    wheels = forge.folder / "wheels"
    for version in ("1.16.0", "1.17.0"):
        make_wheel(wheels, "six", version, requires=("tiny>=1; extra == 'more'",), extras=("more",))
    make_wheel(wheels, "tiny")
    request = request_of(forge, "six", pip=(requirement,))
    request = attrs.evolve(request, pip_options=PipOptions(no_index=True, find_links=(str(wheels),)))
    return request, forge.lock(request)


@pytest.mark.parametrize("requirement", ["six[more]", "six[more]>=1.15"])
def test_conda_brings_the_package_and_pip_what_its_extra_needs(forge: Forge, requirement: str) -> None:
    _, lock = with_extra(forge, requirement)

    assert [each.version for each in lock.conda if each.name == "six"] == ["1.16.0"]
    assert [(each.name, each.version) for each in lock.pip] == [("tiny", "1.0")]


def test_what_an_extra_needs_is_installed_beside_the_package_of_conda(forge: Forge) -> None:
    request, lock = with_extra(forge, "six[more]")

    built = forge.build(request, lock)

    (site_packages,) = built.path.glob("lib/python3.*/site-packages")
    brought = {path.name for path in site_packages.glob("*.dist-info")}
    assert {"six-1.16.0.dist-info", "tiny-1.0.dist-info"} <= brought
    assert "__version__ = " not in (site_packages / "six.py").read_text().splitlines()[0]


def test_a_channel_that_only_one_package_names_is_searched(forge: Forge, channels: Channels) -> None:
    request = request_of(forge, "extras::extra", "aged", pip=())

    lock = forge.lock(request)

    found = {each.name: each.channel for each in lock.conda if each.name in {"extra", "aged"}}
    assert found == {"extra": "extras", "aged": "conda-forge"}
    assert channels.folder.is_dir()
