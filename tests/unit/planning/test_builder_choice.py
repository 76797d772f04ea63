"""Which builder makes an environment."""

from __future__ import annotations

from typing import NoReturn

import pytest

from oci_mlflow_core.errors import BuilderUnavailableError, NoSuchBuilderError
from oci_mlflow_core.hookspecs import EnvBuilderDescriptor
from oci_mlflow_core.model.environment import EnvironmentRequest
from oci_mlflow_core.planning.builder_choice import choose_builder

REQUEST = EnvironmentRequest(python="==3.11.*", pip=("mlflow==3.1.0",))


def never() -> NoReturn:
    raise AssertionError


def builder(name: str, rank: int, *, unusable: str | None = None, refuses: str | None = None) -> EnvBuilderDescriptor:
    return EnvBuilderDescriptor(
        name=name,
        summary=f"Builds with {name}",
        builds="environments",
        factory=never,
        unusable=lambda: unusable,
        refuses=lambda _request: refuses,
        rank=rank,
    )


def test_the_builder_of_the_lowest_rank_is_taken_and_nothing_is_built() -> None:
    choice = choose_builder([builder("slow", 20), builder("fast", 10)], REQUEST, None)

    assert (choice.descriptor.name, choice.reason) == ("fast", "builds with fast")


def test_what_was_passed_over_is_the_reason() -> None:
    builders = [builder("docker", 10, unusable="no docker engine answers"), builder("uv", 20)]

    choice = choose_builder(builders, REQUEST, None)

    assert (choice.descriptor.name, choice.reason) == ("uv", "not docker: no docker engine answers")


def test_a_builder_that_is_asked_for_is_taken_whatever_its_rank() -> None:
    choice = choose_builder([builder("slow", 20), builder("fast", 10)], REQUEST, "slow")

    assert (choice.descriptor.name, choice.reason) == ("slow", "asked for")


def test_an_unknown_builder_is_told_with_the_nearest() -> None:
    with pytest.raises(NoSuchBuilderError) as failure:
        choose_builder([builder("docker", 10), builder("uv", 20)], REQUEST, "dokcer")

    assert str(failure.value) == "no environment builder is called 'dokcer'"
    assert failure.value.hint == "did you mean 'docker'? Installed builders: docker, uv."


def test_a_builder_that_is_asked_for_and_cannot_is_told_with_those_that_can() -> None:
    builders = [builder("uv", 10, refuses="cannot install conda packages"), builder("conda", 20)]

    with pytest.raises(BuilderUnavailableError) as failure:
        choose_builder(builders, REQUEST, "uv")

    assert str(failure.value) == (
        "no environment builder here can make this environment (Python ==3.11.* and 1 pip requirements):\n"
        "  uv: cannot install conda packages"
    )
    assert failure.value.hint == "These builders can: conda."


def test_where_no_builder_can_every_reason_is_listed() -> None:
    request = EnvironmentRequest(python="==3.11.*", pip=(), conda=("r-base=4.3",))
    builders = [builder("uv", 10, refuses="not on PyPI"), builder("docker", 20, unusable="no engine")]

    with pytest.raises(BuilderUnavailableError) as failure:
        choose_builder(builders, request, None)

    assert str(failure.value) == (
        "no environment builder here can make this environment (conda packages: r-base=4.3):\n"
        "  uv: not on PyPI\n"
        "  docker: no engine"
    )
