"""Bringing a model into service."""

from __future__ import annotations

import attrs
import pytest
from deployment_files import CONTAINER
from usecases_world import World, interrupting, losing_answers

from oci_mlflow_core.errors import (
    ArtifactError,
    CancelledError,
    ConflictError,
    DeploymentFailedError,
    InvalidRequestError,
    NameInUseError,
    NoSuchModelError,
    PackConflictError,
    PackNotFoundError,
    TimedOutError,
    UnavailableError,
)
from oci_mlflow_core.model.artifact import ModelVersion
from oci_mlflow_core.model.deployment import LifecycleState
from oci_mlflow_core.model.options import OnFailure
from oci_mlflow_core.testing.memory_deploy_service import Outcome
from oci_mlflow_core.usecases.create_deployment import create_deployment, plan_create

PUBLISHED = """\
kind: deployment
spec:
  runtime:
    kind: runtime
    type: conda
    spec:
      uri: oci://packs@team/by-hand
      pythonVersion: "3.11"
"""
VERSIONED = """\
kind: deployment
spec:
  runtime:
    kind: runtime
    type: conda
    spec:
      uri:
        name: fraud
        version: "1"
        destination: oci://packs@team/envs
"""


def test_a_created_deployment_serves_the_pinned_version(world: World) -> None:
    deployment = create_deployment(world.ports, world.create("models:/fraud@champion"))

    assert (deployment.name, deployment.state) == ("fraud", LifecycleState.ACTIVE)
    assert deployment.model_uri == "models:/fraud/1"
    assert deployment.framework == "sklearn"
    assert world.leftovers() == 0


def test_a_plan_changes_nothing(world: World) -> None:
    plan = plan_create(world.ports, world.create())

    assert world.nothing_is_left()
    assert world.builder.locked == world.builder.built == 0
    assert str(plan) == (
        "plan to create 'fraud':\n"
        "  1. fetch the model (models:/fraud/1)\n"
        "  2. lock the environment with memory (this environment was not locked before; memory: builds in memory)\n"
        "  3. build the environment with memory, pack and publish it (unless the pack of that lock is published)\n"
        "  4. register the model as 'fraud-1' (the service serves models of its catalog)\n"
        "  5. create the deployment 'fraud' (no deployment has that name)\n"
        "  6. wait until the deployment answers (at most 2400 s)"
    )


def test_the_steps_taken_are_those_of_the_plan(world: World) -> None:
    plan = plan_create(world.ports, world.create())

    create_deployment(world.ports, world.create())

    assert world.progress.titles == [step.title for step in plan.steps]


def test_an_equal_environment_is_neither_locked_nor_built_again(world: World) -> None:
    create_deployment(world.ports, world.create("models:/fraud/1"))

    plan = plan_create(world.ports, world.create("models:/fraud/2", name="other"))

    assert plan.steps[1].reason == "the same environment was published before"
    assert (world.builder.locked, world.builder.built) == (1, 1)


def test_relock_chooses_again_and_builds_nothing_that_is_the_same(world: World) -> None:
    create_deployment(world.ports, world.create())
    world.service.lifecycle.delete(next(iter(world.service.lifecycle.list())).id, world.progress.steps[0])

    create_deployment(world.ports, world.create(relock=True))

    assert (world.builder.locked, world.builder.built) == (2, 1)


def test_a_name_that_is_in_use_is_refused_before_anything_is_made(world: World) -> None:
    first = create_deployment(world.ports, world.create())
    calls = list(world.service.calls)

    with pytest.raises(NameInUseError) as failure:
        create_deployment(world.ports, world.create("models:/fraud/2"))

    assert str(failure.value) == f"a deployment called 'fraud' exists already ({first.id}, ACTIVE)"
    assert world.service.calls == calls


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (" ", "the name of the deployment is empty"),
        ("ocid1.foo", "the name of the deployment begins with 'ocid1.', so that it would be taken for an OCID"),
    ],
)
def test_a_name_that_later_commands_would_not_find_is_refused(name: str, message: str, world: World) -> None:
    with pytest.raises(InvalidRequestError, match=message):
        create_deployment(world.ports, world.create(name=name))

    assert world.nothing_is_left()


def test_a_port_in_use_is_told_before_anything_is_built(world: World) -> None:
    world.service.refusals["check"] = [ConflictError("port 8080 of 127.0.0.1 is in use by another program")]

    with pytest.raises(ConflictError):
        create_deployment(world.ports, world.create())

    assert world.builder.locked == 0
    assert world.nothing_is_left()


def test_a_name_of_a_failed_deployment_is_freed_by_delete(world: World) -> None:
    first = create_deployment(world.ports, world.create())
    world.service.kill(first.id)

    with pytest.raises(NameInUseError) as failure:
        create_deployment(world.ports, world.create())

    assert failure.value.hint == "Remove it with 'mlflow deployments delete' first, or take another name."


def test_a_deployment_that_fails_is_taken_back_with_its_model(world: World) -> None:
    world.service.outcomes.append(Outcome(failure="the model does not load", log_tail=("ValueError: no",)))

    with pytest.raises(DeploymentFailedError) as failure:
        create_deployment(world.ports, world.create())

    assert failure.value.log_tail == ("ValueError: no",)
    assert failure.value.leftovers == ()
    assert world.nothing_is_left()


def test_a_deployment_that_fails_is_kept_where_the_user_asked_for_it(world: World) -> None:
    world.service.outcomes.append(Outcome(failure="the model does not load"))

    with pytest.raises(DeploymentFailedError) as failure:
        create_deployment(world.ports, world.create(on_failure=OnFailure.KEEP))

    (deployment,) = world.deployments()
    (model_id,) = world.service.models
    assert failure.value.leftovers == (
        f"model {model_id} (kept, as asked)",
        f"deployment {deployment.id} (kept, as asked)",
    )
    assert world.leftovers() == 0


def test_a_deadline_leaves_the_deployment_and_the_same_command_waits_again(world: World) -> None:
    world.service.outcomes.append(Outcome(looks=None))
    with pytest.raises(TimedOutError) as failure:
        create_deployment(world.ports, world.create(timeout=30.0))
    (waiting,) = world.deployments()
    world.service.deployments[waiting.id].outcome = Outcome()

    deployment = create_deployment(world.ports, world.create(timeout=30.0))

    assert "after 30 s; it was left as it is and goes on" in str(failure.value)
    assert (deployment.id, deployment.state) == (waiting.id, LifecycleState.ACTIVE)
    assert [name for name, _ in world.service.calls].count("create") == 1
    assert world.leftovers() == 0


def test_what_a_deadline_left_is_removed_when_another_model_is_asked_for(world: World) -> None:
    world.service.outcomes.append(Outcome(looks=None))
    with pytest.raises(TimedOutError):
        create_deployment(world.ports, world.create(timeout=1.0))
    (waiting,) = world.deployments()

    deployment = create_deployment(world.ports, world.create("models:/fraud/2"))

    assert deployment.id != waiting.id
    assert len(world.deployments()) == 1
    assert len(world.service.models) == 1
    assert world.leftovers() == 0


def test_without_waiting_it_returns_what_was_ordered(world: World) -> None:
    deployment = create_deployment(world.ports, world.create(wait=False))

    assert deployment.state is LifecycleState.CREATING
    assert world.leftovers() == 0


def test_ctrl_c_while_waiting_leaves_the_deployment_and_says_so(world: World) -> None:
    world.service.outcomes.append(Outcome(looks=None))

    with pytest.raises(CancelledError) as failure:
        create_deployment(interrupting(world), world.create())

    (deployment,) = world.deployments()
    assert str(failure.value) == "cancelled while waiting for deployment 'fraud'"
    assert failure.value.leftovers == (f"deployment {deployment.id}",)


@pytest.mark.parametrize("call", ["register", "create"])
def test_a_service_that_refuses_a_call_leaves_nothing(call: str, world: World) -> None:
    world.service.refusals[call] = [UnavailableError("the service does not answer")]

    with pytest.raises(UnavailableError) as failure:
        create_deployment(world.ports, world.create())

    assert failure.value.leftovers == ()
    assert world.nothing_is_left()


@pytest.mark.parametrize("kind", ["models", "deployments"])
def test_what_was_made_although_the_answer_was_lost_is_taken_back(kind: str, world: World) -> None:
    with pytest.raises(UnavailableError) as failure:
        create_deployment(losing_answers(world, kind), world.create())

    assert failure.value.leftovers == ()
    assert world.nothing_is_left()


def test_what_cannot_be_taken_back_is_listed_and_removed_by_the_next_run(world: World) -> None:
    world.service.outcomes.append(Outcome(failure="no"))
    world.service.refusals["delete_model"] = [UnavailableError("the service does not answer")]
    with pytest.raises(DeploymentFailedError) as failure:
        create_deployment(world.ports, world.create())
    (stuck,) = world.service.models

    create_deployment(world.ports, world.create("models:/fraud/2"))

    assert failure.value.leftovers == (f"model {stuck}: the service does not answer; the next run removes it",)
    assert stuck not in world.service.models
    assert world.leftovers() == 0


@pytest.mark.parametrize(
    ("uri", "kind", "message"),
    [
        ("models:/nope/1", NoSuchModelError, "models:/nope/1: there is no such model"),
        (
            "models:/fraud/4",
            ArtifactError,
            "models:/fraud/4: the model has no python_function flavor (it has: sklearn), so it cannot be served",
        ),
    ],
)
def test_a_model_that_cannot_be_served_is_refused(uri: str, kind: type[Exception], message: str, world: World) -> None:
    with pytest.raises(kind) as failure:
        create_deployment(world.ports, world.create(uri))

    assert str(failure.value) == message
    assert world.nothing_is_left()


def test_a_published_pack_that_is_not_there(world: World) -> None:
    with pytest.raises(PackNotFoundError) as failure:
        create_deployment(world.ports, world.create(text=PUBLISHED))

    assert str(failure.value) == "oci://packs@team/by-hand: no pack is published there (deploy.yaml:7:12)"


def test_another_pack_under_the_given_version_is_not_overwritten(world: World) -> None:
    create_deployment(world.ports, world.create(text=VERSIONED))
    other = world.create("models:/fraud/3", VERSIONED, name="other")

    with pytest.raises(PackConflictError) as failure:
        create_deployment(world.ports, other)

    assert "another pack is published there (lock " in str(failure.value)
    assert failure.value.hint == (
        "Give spec.runtime.spec.uri another name or version, "
        "or set spec.runtime.spec.uri.overwrite: true to replace it."
    )


def test_a_pack_that_a_deployment_reads_is_not_overwritten_even_when_asked(world: World) -> None:
    create_deployment(world.ports, world.create(text=VERSIONED))
    text = VERSIONED + "        overwrite: true\n"
    other = world.create("models:/fraud/3", text, name="other")

    with pytest.raises(PackConflictError) as failure:
        create_deployment(world.ports, other)

    assert "the deployment 'fraud' reads it, and would get another pack at the next start" in str(failure.value)


def test_a_target_that_runs_no_containers_says_so(world: World) -> None:
    with pytest.raises(InvalidRequestError) as failure:
        create_deployment(world.ports, world.create(text=CONTAINER))

    assert str(failure.value) == (
        "deploy.yaml:5:11: spec.runtime.type: the target oci-datascience://memory does not run container images"
    )


def test_a_display_name_in_the_file_gives_way_to_the_name(world: World) -> None:
    create_deployment(world.ports, world.create(text="kind: deployment\nspec:\n  displayName: cheating\n"))

    assert "deploy.yaml:3:16: spec.displayName 'cheating' gives way to --name 'fraud'" in world.progress.notes


def test_what_has_no_effect_on_this_machine_is_told(world: World) -> None:
    text = (
        "kind: deployment\nspec:\n  infrastructure:\n    kind: infrastructure\n    type: modelDeployment\n"
        "    spec:\n      replica: 2\n      bandwidthMbps: 20\n      webConcurrency: 2\n"
    )

    create_deployment(world.ports, world.create(text=text))

    assert world.progress.notes == ["on this machine spec.infrastructure.spec has no effect for replica, bandwidthMbps"]


def test_a_model_group_is_refused_on_this_machine(world: World) -> None:
    group = "ocid1.datasciencemodelgroup.oc1.iad.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
    text = (
        "kind: deployment\nspec:\n  runtime:\n    kind: runtime\n    type: conda\n"
        f"    spec:\n      modelGroupId: {group}\n"
    )

    with pytest.raises(InvalidRequestError) as failure:
        create_deployment(world.ports, world.create(text=text))

    assert str(failure.value) == (
        "deploy.yaml:7:21: spec.runtime.spec.modelGroupId: there are no model groups on this machine"
    )


def test_a_shared_service_is_told_to_the_registry(shared_world: World) -> None:
    deployment = create_deployment(shared_world.ports, shared_world.create())

    links = shared_world.source.links["models:/fraud/1"]
    assert links["model-deployment-ocid"] == links["model-deployment-ocid.fraud"] == deployment.id
    assert links["model-ocid"] == deployment.model_id
    assert links["model-deployment-endpoint"] == deployment.url


def test_a_service_of_this_machine_is_nothing_for_the_registry(world: World) -> None:
    create_deployment(world.ports, world.create())

    assert world.source.links == {}


def test_tags_over_the_limit_are_told_before_anything_is_made(shared_world: World) -> None:
    text = "kind: deployment\nspec:\n  freeformTags: {a: '', b: '', c: '', d: '', e: '', f: ''}\n"

    with pytest.raises(InvalidRequestError) as failure:
        create_deployment(shared_world.ports, shared_world.create(text=text))

    assert str(failure.value) == (
        "spec.freeformTags: 6 tags are too many: a deployment can have 10, and 5 are needed for what it serves "
        "(mlflow_flavor, mlflow_model_uri, mlflow_requested_uri, oci_mlflow_pack, oci_mlflow_run)"
    )
    assert shared_world.builder.locked == 0
    assert shared_world.nothing_is_left()


def test_a_path_that_is_too_long_for_its_tag_is_told_before_anything_is_made(shared_world: World) -> None:
    facts, files = shared_world.source.models["models:/fraud/1"]
    uri = "/" + "p" * 256
    shared_world.source.models[uri] = (
        attrs.evolve(facts, version=ModelVersion(uri=uri, pinned_uri=uri, name=None, version=None)),
        files,
    )

    with pytest.raises(InvalidRequestError, match="is too long to be kept in the tag 'mlflow_model_uri'"):
        create_deployment(shared_world.ports, shared_world.create(uri))

    assert shared_world.nothing_is_left()


def test_a_pack_whose_uri_is_too_long_for_its_tag_is_told_before_it_is_built(shared_world: World) -> None:
    text = VERSIONED.replace("packs@team/envs", f"packs@team/{'p' * 230}")

    with pytest.raises(InvalidRequestError, match="is too long to be kept in the tag 'oci_mlflow_pack'"):
        create_deployment(shared_world.ports, shared_world.create(text=text))

    assert shared_world.builder.locked == 0
