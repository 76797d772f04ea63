"""Packs are published in the pass that makes them, and are not made twice."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import attrs
import pytest
from usecases_world import World

from oci_mlflow_core.errors import BuildError, InvalidRequestError
from oci_mlflow_core.hookspecs import EnvBuilderDescriptor
from oci_mlflow_core.model.environment import Lock, LockedRequirement, Platform
from oci_mlflow_core.model.options import LockFile
from oci_mlflow_core.model.target import LOCAL, Target
from oci_mlflow_core.planning.plan import BuildPack, LockEnvironment
from oci_mlflow_core.usecases.create_deployment import create_deployment, plan_create

ELSEWHERE = """\
kind: deployment
spec:
  runtime:
    kind: runtime
    type: conda
    spec:
      uri:
        destination: oci://packs@team/elsewhere
"""


def kept_in(folder: Path) -> str:
    return f"{ELSEWHERE}        keepLocal: true\n        localCondaDir: {folder}\n"


def lock_of(world: World) -> Lock:
    """The lock that a first deployment made; with the Python that the model asks for, whichever runs the tests."""
    create_deployment(world.ports, world.create(name="first"))
    lock = next(iter(world.packs.locks.values()))
    return attrs.evolve(lock, python=attrs.evolve(lock.python, version="3.11.7"))


def content_of(world: World, destination: str = "envs") -> bytes:
    """The bytes of the one pack that was published there."""
    packs = [each.content for location, each in world.packs.packs.items() if location.path.startswith(destination)]
    assert len(packs) == 1
    return packs[0]


def test_a_pack_holds_the_environment_and_its_manifest_the_lock(world: World) -> None:
    create_deployment(world.ports, world.create())

    kept = next(iter(world.packs.packs.values()))
    lock = next(iter(world.packs.locks.values()))
    assert b"rules = 1" in gzip.decompress(kept.content)
    assert (kept.stored.manifest.lock_digest, kept.lock) == (lock.digest, lock)


def test_a_pack_that_was_built_here_is_published_elsewhere_without_building(world: World) -> None:
    create_deployment(world.ports, world.create())

    create_deployment(world.ports, world.create("models:/fraud/2", ELSEWHERE, name="other"))

    assert (world.builder.locked, world.builder.built) == (1, 1)
    assert content_of(world) == content_of(world, "elsewhere")
    manifests = {str(location): each.stored.manifest.pack_path for location, each in world.packs.packs.items()}
    assert all(location == path for location, path in manifests.items())


def test_a_lock_of_this_machine_is_kept_at_the_next_destination_too(world: World) -> None:
    create_deployment(world.ports, world.create())

    create_deployment(world.ports, world.create("models:/fraud/2", ELSEWHERE, name="other"))

    assert {destination.path for destination, _ in world.packs.locks} == {"envs", "elsewhere"}


def test_a_pack_of_the_cache_that_was_altered_is_told_once_and_made_again(world: World) -> None:
    create_deployment(world.ports, world.create())
    world.ports.cache.list()[0].path.write_bytes(b"altered")

    create_deployment(world.ports, world.create("models:/fraud/2", ELSEWHERE, name="other"))

    assert world.builder.built == 2
    assert len([note for note in world.progress.notes if "in the cache was altered" in note]) == 1
    assert content_of(world) == content_of(world, "elsewhere")


def test_a_copy_is_written_on_the_way_and_nothing_is_fetched_for_it(world: World) -> None:
    create_deployment(world.ports, world.create(text=kept_in(world.folder / "conda")))

    [copy] = (world.folder / "conda").iterdir()
    assert copy.read_bytes() == content_of(world, "elsewhere")
    assert world.packs.fetched == 0
    assert f"kept a copy of the pack at {copy}" in world.progress.notes


def test_a_copy_of_a_published_pack_comes_from_the_cache(world: World) -> None:
    create_deployment(world.ports, world.create(text=ELSEWHERE))

    create_deployment(world.ports, world.create("models:/fraud/2", kept_in(world.folder / "conda"), name="other"))

    [copy] = (world.folder / "conda").iterdir()
    assert (copy.read_bytes(), world.packs.fetched) == (content_of(world, "elsewhere"), 0)


def test_a_copy_of_what_the_cache_does_not_hold_is_fetched(world: World) -> None:
    create_deployment(world.ports, world.create(text=ELSEWHERE))
    world.ports.cache.prune(0)
    (world.folder / "conda").mkdir()

    create_deployment(world.ports, world.create("models:/fraud/2", kept_in(world.folder / "conda"), name="other"))

    [copy] = (world.folder / "conda").iterdir()
    assert (copy.read_bytes(), world.packs.fetched) == (content_of(world, "elsewhere"), 1)


def test_an_environment_that_fails_its_check_is_published_and_kept_nowhere(world: World) -> None:
    world.check.fault = "import mlflow fails: no module named 'yaml'"

    with pytest.raises(BuildError) as failure:
        create_deployment(world.ports, world.create(text=kept_in(world.folder / "conda")))

    assert str(failure.value) == (
        "the memory builder failed to check the environment: import mlflow fails: no module named 'yaml'"
    )
    assert (world.packs.packs, world.ports.cache.list()) == ({}, ())
    assert list((world.folder / "conda").iterdir()) == []
    assert world.nothing_is_left()


def test_what_the_check_notes_is_told(world: World) -> None:
    world.check.notes = ("the pack needs glibc 2.34",)

    create_deployment(world.ports, world.create())

    assert "the pack needs glibc 2.34" in world.progress.notes


def test_a_pack_of_the_cache_is_not_checked_again(world: World) -> None:
    create_deployment(world.ports, world.create())

    create_deployment(world.ports, world.create("models:/fraud/2", ELSEWHERE, name="other"))

    assert len(world.check.checked) == 1


def test_a_given_lock_is_built_and_nothing_is_chosen(world: World) -> None:
    lock = attrs.evolve(lock_of(world), pip=lock_of_rules_two(world))
    given = LockFile(Path("lock.json"), json.dumps(lock.to_plain(), indent=2))

    create_deployment(world.ports, world.create(text=ELSEWHERE, lock=given, name="second"))

    assert world.builder.locked == 2
    assert b"rules = 2" in gzip.decompress(content_of(world, "elsewhere"))
    assert [destination.path for destination, _ in world.packs.locks if destination.path == "elsewhere"] == []


def lock_of_rules_two(world: World) -> tuple[LockedRequirement, ...]:
    create_deployment(world.ports, world.create("models:/fraud/3", name="third"))
    locks = list(world.packs.locks.values())
    return next(lock.pip for lock in locks if any(each.version == "2.0" for each in lock.pip))


def test_the_plan_says_that_the_lock_was_given(world: World) -> None:
    lock = lock_of(world)
    given = LockFile(Path("lock.json"), lock.to_text())

    plan = plan_create(world.ports, world.create(text=ELSEWHERE, lock=given, name="second"))

    [building] = [step for step in plan.steps if isinstance(step, BuildPack)]
    assert building.reason == "its lock was given, and its pack is not published"


def test_what_a_given_lock_lacks_is_told(world: World) -> None:
    lock = attrs.evolve(lock_of(world), pip=())
    given = LockFile(Path("lock.json"), lock.to_text())

    plan = plan_create(world.ports, world.create(lock=given, name="second"))

    note = "the model asks for mlflow==3.1.0, rules==1.0, which the given lock does not hold"
    assert note in plan.notes


@pytest.mark.parametrize(
    ("options", "name"), [({"relock": True}, "relock"), ({"exclude_newer": "2025-01-31T00:00:00Z"}, "exclude-newer")]
)
def test_options_that_choose_contradict_a_given_lock(world: World, options: dict[str, Any], name: str) -> None:
    given = LockFile(Path("lock.json"), "{}")

    with pytest.raises(InvalidRequestError) as failure:
        plan_create(world.ports, world.create(lock=given, **options))

    assert str(failure.value) == f"-C {name}: nothing is chosen when the lock is given (-C lock=lock.json)"


def test_a_given_lock_contradicts_a_published_pack(world: World) -> None:
    text = (
        ELSEWHERE.split("      uri:", maxsplit=1)[0]
        + '      uri: oci://packs@team/by-hand\n      pythonVersion: "3.11"\n'
    )
    given = LockFile(Path("lock.json"), "{}")

    with pytest.raises(InvalidRequestError) as failure:
        plan_create(world.ports, world.create(text=text, lock=given))

    assert str(failure.value) == "-C lock: nothing is built, deploy.yaml:7:12 names a pack that is published"


def test_a_kept_lock_that_nothing_here_builds_from_is_told_and_made_anew(world: World) -> None:
    lock_of(world)
    [(destination, digest)] = world.packs.locks
    strange = attrs.evolve(world.packs.locks[destination, digest], builder="theirs")
    world.packs.keep_lock(destination, digest, strange)

    plan = plan_create(world.ports, world.create(name="second"))

    assert any(isinstance(step, LockEnvironment) for step in plan.steps)
    assert plan.notes[-1] == (
        "the lock that was kept for this environment is not used, since nothing here builds from it "
        "(theirs: the lock was made with it, and it is not installed)"
    )


def test_a_kept_lock_is_built_by_another_builder_that_can(world: World) -> None:
    lock_of(world)
    second = EnvBuilderDescriptor(
        name="second",
        summary="",
        builds="",
        factory=lambda: world.builder,
        builds_locks_of=("memory",),
        rank=1,
    )
    ports = attrs.evolve(world.ports, builders=(second,))

    plan = plan_create(ports, world.create(text=ELSEWHERE, name="second"))

    [building] = [step for step in plan.steps if isinstance(step, BuildPack)]
    assert (building.builder, building.reason) == ("second", "it is locked, and its pack is not published")


def test_packages_can_be_kept_to_those_that_are_older_than_the_model(world: World) -> None:
    facts, files = world.source.models["models:/fraud/1"]
    world.source.models["models:/fraud/1"] = (attrs.evolve(facts, time_created="2024-09-01T12:30:00.123456Z"), files)

    plan = plan_create(world.ports, world.create(exclude_newer="model"))

    [locking] = [step for step in plan.steps if isinstance(step, LockEnvironment)]
    assert locking.request.exclude_newer == "2024-09-01T12:30:00.123456Z"


def test_a_model_that_does_not_say_when_it_was_logged_is_told(world: World) -> None:
    with pytest.raises(InvalidRequestError) as failure:
        plan_create(world.ports, world.create(exclude_newer="model"))

    assert str(failure.value) == "-C exclude-newer=model: models:/fraud/1 does not say when it was logged"


def test_settings_of_the_file_reach_the_builder_and_leave_the_digest(world: World) -> None:
    text = (
        ELSEWHERE
        + "      builderImage: registry.example.com/conda:1\n      channelAlias: https://mirror.example.com/\n"
    )

    [locking] = [
        step for step in plan_create(world.ports, world.create(text=text)).steps if isinstance(step, LockEnvironment)
    ]

    plain = plan_create(world.ports, world.create(text=ELSEWHERE)).steps[1]
    assert isinstance(plain, LockEnvironment)
    settings = locking.request.settings
    assert (settings.builder_image, settings.channel_alias) == (
        "registry.example.com/conda:1",
        "https://mirror.example.com",
    )
    assert locking.request.digest == plain.request.digest


@pytest.mark.parametrize(
    ("shape", "region", "platform"),
    [
        ("VM.Standard.A1.Flex", None, Platform.LINUX_AARCH64),
        ("VM.Standard.E5.Flex", None, Platform.LINUX_64),
        ("VM.Standard.A1.Flex", LOCAL, Platform.LINUX_64),
    ],
)
def test_the_shape_decides_about_the_processor_where_it_is_followed(
    world: World, shape: str, region: str | None, platform: Platform
) -> None:
    details = "      shapeConfigDetails: {ocpus: 1, memoryInGBs: 16}\n"
    text = f"{ELSEWHERE}  infrastructure:\n    spec:\n      shapeName: {shape}\n{details}"
    ports = attrs.evolve(world.ports, target=Target(region=region))

    plan = plan_create(ports, world.create(text=text))

    [locking] = [step for step in plan.steps if isinstance(step, LockEnvironment)]
    assert (locking.request.platform, locking.request.glibc) == (platform, "2.28")


def test_the_glibc_of_the_file_wins(world: World) -> None:
    plan = plan_create(world.ports, world.create(text=f'{ELSEWHERE}      glibc: "2.34"\n'))

    [locking] = [step for step in plan.steps if isinstance(step, LockEnvironment)]
    assert locking.request.glibc == "2.34"
