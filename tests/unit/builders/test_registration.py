"""The builders offer themselves, and say beforehand what they cannot do."""

from __future__ import annotations

import subprocess
import sys

import pytest
from oci_mlflow_builders import registration
from oci_mlflow_builders.conda.builder import CondaBuilder
from oci_mlflow_builders.docker.builder import DockerBuilder
from oci_mlflow_builders.rattler.builder import RattlerBuilder
from oci_mlflow_builders.uv.builder import UvBuilder
from oci_mlflow_builders.uv.platforms import this_platform, uv_platform

from oci_mlflow_core.hookspecs import EnvBuilderDescriptor
from oci_mlflow_core.model.environment import EnvironmentRequest, LockedPython, Platform
from oci_mlflow_core.ports.env_builder import EnvBuilder


def _descriptor(name: str = "uv") -> EnvBuilderDescriptor:
    [descriptor] = [each for each in registration.oci_mlflow_register_env_builders() if each.name == name]
    return descriptor


@pytest.mark.parametrize(
    ("name", "builder"),
    [("uv", UvBuilder), ("rattler", RattlerBuilder), ("conda", CondaBuilder), ("docker", DockerBuilder)],
)
def test_a_builder_is_made_when_it_is_chosen(name: str, builder: type[EnvBuilder]) -> None:
    assert isinstance(_descriptor(name).factory(), builder)


def test_what_needs_least_of_a_machine_comes_first() -> None:
    ranks = [_descriptor(name).rank for name in ("rattler", "uv", "conda", "docker")]

    assert ranks == sorted(set(ranks))


def test_rattler_is_for_linux() -> None:
    request = EnvironmentRequest(python="3.11", pip=(), platform=Platform.OSX_ARM64)

    assert _descriptor("rattler").refuses(request) == (
        "it builds for Linux (linux-64, linux-aarch64) only, and osx-arm64 was asked for"
    )


def test_rattler_builds_for_other_processors_and_from_conda_packages() -> None:
    request = EnvironmentRequest(python="3.11", pip=(), conda=("r-base>=4",), platform=Platform.LINUX_AARCH64)

    assert _descriptor("rattler").refuses(request) is None


def test_conda_only_packages_are_named() -> None:
    request = EnvironmentRequest(
        python="3.11", pip=("mlflow",), conda=("conda-forge::r-base>=4", "cudatoolkit=11.8", "pip<=23", "python=3.11")
    )

    assert _descriptor().refuses(request) == (
        "conda.yaml asks conda for the packages cudatoolkit, r-base, and uv installs from pip indexes only"
    )


@pytest.mark.skipif(this_platform() is None, reason="nothing can be built on this system")
def test_another_platform_is_refused() -> None:
    here = this_platform()
    request = EnvironmentRequest(python="3.11", pip=(), platform=Platform.OSX_ARM64)

    assert _descriptor().refuses(request) == (
        f"it builds for the machine that it runs on ({here}), and osx-arm64 was asked for"
    )


@pytest.mark.skipif(this_platform() is not Platform.LINUX_64, reason="a request is for linux-64 unless it says more")
def test_pip_requirements_are_not_refused() -> None:
    assert _descriptor().refuses(EnvironmentRequest(python="3.11", pip=("mlflow",))) is None


def test_registering_imports_nothing_that_choosing_does_not_need() -> None:
    code = (
        "import sys, attrs; before = set(sys.modules);"  # attrs imports subprocess itself on Python 3.10
        "import oci_mlflow_builders.registration as r; r.oci_mlflow_register_env_builders();"
        "heavy = {'isal', 'rattler', 'ssl', 'uv', 'subprocess', 'tarfile', 'oci_mlflow_builders.uv.builder'};"
        "print(sorted(heavy & (set(sys.modules) - before)))"
    )

    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


@pytest.mark.parametrize(
    ("glibc", "expected"),
    [
        ("", "x86_64-manylinux_2_28"),
        ("2.17", "x86_64-manylinux_2_28"),
        ("2.30", "x86_64-manylinux_2_28"),
        ("2.36", "x86_64-manylinux_2_36"),
        ("2.99", "x86_64-manylinux_2_40"),
    ],
)
def test_wheels_may_need_the_glibc_that_the_python_needs_or_the_usual_one(glibc: str, expected: str) -> None:
    assert expected == uv_platform(Platform.LINUX_64, LockedPython(version="3.11.7", kind="copied", glibc=glibc))


@pytest.mark.parametrize(
    ("glibc", "expected"),
    [("2.12", "x86_64-manylinux_2_17"), ("2.17", "x86_64-manylinux_2_17"), ("2.34", "x86_64-manylinux_2_34")],
)
def test_wheels_beside_a_python_of_conda_may_need_no_more_than_the_target_has(glibc: str, expected: str) -> None:
    assert expected == uv_platform(Platform.LINUX_64, LockedPython(version="3.11.7", kind="conda", glibc=glibc))
