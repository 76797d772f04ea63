"""Which deployments there are."""

from __future__ import annotations

from collections.abc import Mapping

import attrs
from usecases_world import World

from oci_mlflow_core.errors import ArtifactError
from oci_mlflow_core.model.registry_view import RegistryView
from oci_mlflow_core.ports.artifact_source import ArtifactSource
from oci_mlflow_core.testing.memory_artifact_source import MemoryArtifactSource
from oci_mlflow_core.usecases.create_deployment import create_deployment
from oci_mlflow_core.usecases.delete_deployment import delete_deployment
from oci_mlflow_core.usecases.list_deployments import ListedDeployment, list_deployments


class AbsentRegistry(MemoryArtifactSource):
    """A registry that does not answer."""

    def __init__(self) -> None:
        super().__init__({})

    def served(self, deployments: Mapping[str, str]) -> Mapping[str, RegistryView]:
        raise ArtifactError("", "the MLflow server 'http://127.0.0.1:1' does not answer")


def listed(world: World, source: ArtifactSource | None = None) -> tuple[ListedDeployment, ...]:
    return list_deployments(world.service, source or world.source, world.progress)


def test_deployments_come_with_the_version_that_they_serve_and_its_aliases(world: World) -> None:
    create_deployment(world.ports, world.create("models:/fraud@champion"))
    create_deployment(world.ports, world.create("models:/fraud/2", name="other"))

    assert {each.deployment.name: each.view for each in listed(world)} == {
        "fraud": RegistryView(model_uri="models:/fraud/1", aliases=("champion",)),
        "other": RegistryView(model_uri="models:/fraud/2"),
    }


def test_what_was_deleted_is_not_there(world: World) -> None:
    create_deployment(world.ports, world.create())
    delete_deployment(world.ports, world.delete())

    assert listed(world) == ()


def test_the_version_of_a_deployment_without_tags_of_its_own_is_found_by_the_registrys(shared_world: World) -> None:
    made = create_deployment(shared_world.ports, shared_world.create())
    entry = shared_world.service.deployments[made.id]
    entry.deployment = attrs.evolve(entry.deployment, freeform_tags={})

    (found,) = listed(shared_world)

    assert found.deployment.model_uri == ""
    assert found.view == RegistryView(model_uri="models:/fraud/1", aliases=("champion",))


def test_a_registry_that_cannot_be_asked_is_a_note(world: World) -> None:
    create_deployment(world.ports, world.create())
    world.progress.notes.clear()

    (entry,) = listed(world, AbsentRegistry())

    assert (entry.deployment.name, entry.view) == ("fraud", None)
    (note,) = world.progress.notes
    assert note == (
        "the MLflow server 'http://127.0.0.1:1' does not answer; "
        "the list says nothing of the registry's aliases and stages"
    )


def test_nobody_is_asked_about_no_deployments(world: World) -> None:
    assert listed(world, AbsentRegistry()) == ()
    assert world.progress.notes == []
