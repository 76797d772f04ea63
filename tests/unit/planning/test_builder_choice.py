"""Which builder makes an environment."""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn

import attrs
import pytest

from oci_mlflow_core.errors import BuilderUnavailableError, NoSuchBuilderError
from oci_mlflow_core.hookspecs import EnvBuilderDescriptor
from oci_mlflow_core.model.environment import EnvironmentRequest
from oci_mlflow_core.planning.builder_choice import builder_for_lock, choose_builder
from oci_mlflow_core.testing.sample_packs import sample_lock

REQUEST = EnvironmentRequest(python="==3.11.*", pip=("mlflow==3.1.0",))

LOCK = sample_lock()


def never() -> NoReturn:
    raise AssertionError


def builder(
    name: str,
    rank: int,
    *,
    unusable: str | None = None,
    refuses: str | None = None,
    reaches: Callable[[EnvironmentRequest], str | None] = lambda _request: None,
    builds_locks_of: tuple[str, ...] = (),
) -> EnvBuilderDescriptor:
    return EnvBuilderDescriptor(
        name=name,
        summary=f"Builds with {name}",
        builds="environments",
        factory=never,
        unusable=lambda: unusable,
        refuses=lambda _request: refuses,
        reaches=reaches,
        builds_locks_of=builds_locks_of,
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


def test_where_the_network_is_at_fault_the_hint_begins_with_it() -> None:
    away = attrs.evolve(builder("rattler", 10), reaches=lambda _: "the channel conda-forge does not answer")

    with pytest.raises(BuilderUnavailableError) as failure:
        choose_builder([away], REQUEST, None)

    assert failure.value.hint == (
        "Check the network and its proxy, or name a mirror of the channels: channelAlias in the deployment file, or "
        "OCI_MLFLOW_CHANNEL_ALIAS. "
        "Install one of the tools named above, or name a published pack in spec.runtime.spec.uri."
    )


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


def silent(_request: EnvironmentRequest) -> str:
    return "its channels do not answer (conda-forge)"


def never_asked(_request: EnvironmentRequest) -> NoReturn:
    raise AssertionError


def test_a_builder_that_reaches_nothing_is_passed_over_with_its_reason() -> None:
    choice = choose_builder([builder("rattler", 10, reaches=silent), builder("uv", 50)], REQUEST, None)

    assert (choice.descriptor.name, choice.reason) == ("uv", "not rattler: its channels do not answer (conda-forge)")


def test_only_a_builder_that_would_be_chosen_is_asked_what_it_reaches() -> None:
    builders = [builder("conda", 5, unusable="no conda", reaches=never_asked), builder("uv", 10)]
    builders.append(builder("docker", 90, reaches=never_asked))

    assert choose_builder(builders, REQUEST, None).descriptor.name == "uv"


def test_a_builder_that_is_asked_for_is_not_asked_what_it_reaches() -> None:
    assert choose_builder([builder("rattler", 10, reaches=never_asked)], REQUEST, "rattler").reason == "asked for"


def test_a_lock_is_built_by_the_builder_that_made_it() -> None:
    builders = [builder("fast", 1, builds_locks_of=("sample",)), builder("sample", 90, reaches=never_asked)]

    choice = builder_for_lock(builders, REQUEST, LOCK, None)

    assert (choice.descriptor.name, choice.reason) == ("sample", "the lock is one of sample")


def test_where_that_is_not_usable_another_that_builds_such_locks_is_taken() -> None:
    builders = [builder("sample", 10, unusable="no docker engine answers")]
    builders += [builder("uv", 20), builder("other", 30, builds_locks_of=("sample",))]

    choice = builder_for_lock(builders, REQUEST, LOCK, None)

    assert (choice.descriptor.name, choice.reason) == (
        "other",
        "the lock is one of sample; not sample: no docker engine answers",
    )


def test_a_pinned_builder_builds_from_the_locks_that_it_can() -> None:
    builders = [builder("sample", 10), builder("other", 30, builds_locks_of=("sample",))]

    assert builder_for_lock(builders, REQUEST, LOCK, "other").descriptor.name == "other"


def test_a_pinned_builder_that_does_not_build_from_such_locks_is_told_with_those_that_do() -> None:
    builders = [builder("sample", 10), builder("uv", 30)]

    with pytest.raises(BuilderUnavailableError) as failure:
        builder_for_lock(builders, REQUEST, LOCK, "uv")

    assert str(failure.value).endswith("  uv: it does not build from locks of sample")
    assert failure.value.hint == "These builders do: sample."


def test_a_lock_of_a_builder_that_is_not_installed_is_told() -> None:
    with pytest.raises(BuilderUnavailableError) as failure:
        builder_for_lock([builder("uv", 30)], REQUEST, LOCK, None)

    assert str(failure.value).endswith("  sample: the lock was made with it, and it is not installed")
    assert failure.value.hint == "Lock the environment again with what is here: -C relock=true."
