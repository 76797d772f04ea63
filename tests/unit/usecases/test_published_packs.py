"""Packs that are published already: how they are found, and what is compared before anything is created."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import attrs
import pytest
from usecases_world import World

from oci_mlflow_core.errors import InvalidRequestError, PackNotFoundError
from oci_mlflow_core.model.pack import ObjectLocation, PackManifest, StoredPack
from oci_mlflow_core.testing.pack_store import KeptPack
from oci_mlflow_core.testing.service_packs import MemoryServicePacks, entry
from oci_mlflow_core.usecases.create_deployment import create_deployment, plan_create
from oci_mlflow_core.usecases.ports import Ports

OWN = "oci://packs@team/by-hand"
OF_SERVICE = "oci://service-packs@service/service_pack/cpu/general_v1"
NO_MLFLOW = "does not say whether it holds MLflow; without it the deployment cannot load the model"


def file(uri: str, python: str = "") -> str:
    lines = ["kind: deployment", "spec:", "  runtime:", "    kind: runtime", "    type: conda", "    spec:"]
    said = [f"      uri: {uri}", *([f'      pythonVersion: "{python}"'] if python else [])]
    return "\n".join([*lines, *said]) + "\n"


def publish(world: World, uri: str = OWN, python: str = "3.11.9", **more: Any) -> None:
    """Puts a pack of another tool there."""
    location = ObjectLocation.parse(uri)
    manifest = PackManifest(name="x", version="1", slug=location.name, python=python, **more)
    world.packs.packs[location] = KeptPack(StoredPack(location=location, manifest=manifest, size=1), None, b"x")


def written_with(world: World, python: str) -> None:
    facts, files = world.source.models["models:/fraud/1"]
    world.source.models["models:/fraud/1"] = (attrs.evolve(facts, python_version=python), files)


def with_index(world: World, *entries: dict[str, Any]) -> Ports:
    return attrs.evolve(world.ports, service_packs=MemoryServicePacks(json.dumps({"service_packs": entries})))


def runtime_yaml(world: World) -> str:
    (model_id,) = world.service.models
    with zipfile.ZipFile(io.BytesIO(world.service.artifacts[model_id])) as archive:
        return archive.read("runtime.yaml").decode()


def test_the_pack_of_a_uri_is_the_users_own(world: World) -> None:
    publish(world)

    create_deployment(world.ports, world.create(text=file(OWN)))

    text = runtime_yaml(world)
    assert (OWN in text, "published" in text, "data_science" in text) == (True, True, False)


def test_the_pack_of_a_slug_is_the_services(world: World) -> None:
    publish(world, OF_SERVICE)

    create_deployment(with_index(world, entry("general_v1")), world.create(text=file("general_v1")))

    text = runtime_yaml(world)
    assert (OF_SERVICE in text, "data_science" in text, "'general_v1'" in text) == (True, True, True)


def test_the_pack_of_a_uri_in_the_services_bucket_is_the_services(world: World) -> None:
    publish(world, OF_SERVICE)

    create_deployment(with_index(world), world.create(text=file(OF_SERVICE)))

    assert "data_science" in runtime_yaml(world)


def test_the_plan_names_the_slug_and_where_it_is(world: World) -> None:
    publish(world, OF_SERVICE)

    plan = plan_create(with_index(world, entry("general_v1")), world.create(text=file("general_v1")))

    assert f"use the service pack {OF_SERVICE}" in str(plan)
    assert "'general_v1' of the service's own, named by the deployment file" in str(plan)


@pytest.mark.parametrize(
    ("slugs", "hint"),
    [
        (("general_v1", "generalml_p311_v1"), "Did you mean 'generalml_p311_v1' or 'general_v1'?"),
        (("tf_v1", "spark_v3"), "It has 2 packs, such as 'tf_v1' or 'spark_v3'."),
        (("tf_v1",), "It has one pack, such as 'tf_v1'."),
        ((), "The service lists no packs: give the oci:// URI of one, or a mapping with 'name' to build one."),
    ],
)
def test_a_slug_that_the_service_does_not_have_is_told(world: World, slugs: tuple[str, ...], hint: str) -> None:
    with pytest.raises(PackNotFoundError) as failure:
        create_deployment(with_index(world, *map(entry, slugs)), world.create(text=file("generalml_p310_v1")))

    assert str(failure.value) == "generalml_p310_v1: no pack of the service has this slug (deploy.yaml:7:12)"
    assert failure.value.hint == hint
    assert world.nothing_is_left()


def test_a_slug_means_nothing_to_a_target_without_packs_of_its_own(world: World) -> None:
    with pytest.raises(InvalidRequestError) as failure:
        create_deployment(world.ports, world.create(text=file("general_v1")))

    assert str(failure.value) == (
        "deploy.yaml:7:12: spec.runtime.spec.uri: 'general_v1' is no oci:// URI, and the target "
        "oci-datascience://memory has no packs of its own that it could be the slug of"
    )
    assert failure.value.hint == "Give the oci:// URI of a published pack, or a mapping with 'name' to build one."


def test_a_pack_that_is_listed_and_not_there_is_told_by_its_place(world: World) -> None:
    with pytest.raises(PackNotFoundError) as failure:
        create_deployment(with_index(world, entry("general_v1")), world.create(text=file("general_v1")))

    assert str(failure.value) == f"{OF_SERVICE}: no pack is published there (deploy.yaml:7:12)"


def test_the_index_says_the_python_where_the_pack_does_not(world: World) -> None:
    publish(world, OF_SERVICE, python="")

    create_deployment(with_index(world, entry("general_v1", python="3.9")), world.create(text=file("general_v1")))

    assert "'3.9'" in runtime_yaml(world)


def test_a_pack_with_another_python_than_the_file_says_is_refused(world: World) -> None:
    publish(world)

    with pytest.raises(InvalidRequestError) as failure:
        create_deployment(world.ports, world.create(text=file(OWN, "3.10")))

    assert str(failure.value) == (
        f"deploy.yaml:8:22: spec.runtime.spec.pythonVersion: the pack {OWN} has Python 3.11, not 3.10"
    )
    assert world.nothing_is_left()


def test_a_pack_with_another_python_than_wrote_the_model_is_refused(world: World) -> None:
    publish(world)
    written_with(world, "3.9.18")

    with pytest.raises(InvalidRequestError) as failure:
        create_deployment(world.ports, world.create(text=file(OWN)))

    assert str(failure.value) == (
        f"deploy.yaml:7:12: spec.runtime.spec.uri: the pack {OWN} has Python 3.11, "
        "and the model was written with Python 3.9.18"
    )
    assert failure.value.hint == (
        "Name a pack with Python 3.9, let one be built (a mapping with 'name'), or set "
        "spec.runtime.spec.pythonVersion: '3.11' to use this one all the same."
    )
    assert world.nothing_is_left()


def test_a_pack_with_another_python_is_used_where_the_file_asks_for_it(world: World) -> None:
    publish(world, lock_digest=64 * "a")
    written_with(world, "3.9.18")

    plan = plan_create(world.ports, world.create(text=file(OWN, "3.11")))

    assert plan.notes == (
        f"the pack {OWN} has Python 3.11, and the model was written with Python 3.9.18; what it pickled may not load",
    )


def test_another_patch_of_the_models_python_is_no_difference(world: World) -> None:
    publish(world, lock_digest=64 * "a")
    written_with(world, "3.11.2")

    assert plan_create(world.ports, world.create(text=file(OWN))).notes == ()


def test_a_pack_that_does_not_say_what_it_holds_is_noted(world: World) -> None:
    publish(world)

    assert plan_create(world.ports, world.create(text=file(OWN))).notes == (f"the pack {OWN} {NO_MLFLOW}",)


def test_a_pack_that_names_other_packages_only_is_noted(world: World) -> None:
    publish(world, libraries=("numpy==1.26.4", "mlflow-export-import==1.2"))

    (note,) = plan_create(world.ports, world.create(text=file(OWN))).notes

    assert note == (
        f"MLflow is not among the 2 packages that the pack {OWN} names; without it the deployment cannot load the model"
    )


@pytest.mark.parametrize(
    "library", ["mlflow==2.9.2", "mlflow (v2.9.2)", "MLflow", "mlflow_skinny>=2", " mlflow[extras]"]
)
def test_nothing_is_noted_of_a_pack_that_names_mlflow(world: World, library: str) -> None:
    publish(world, libraries=("numpy", library))

    assert plan_create(world.ports, world.create(text=file(OWN))).notes == ()


def test_the_index_may_name_mlflow_too(world: World) -> None:
    publish(world, OF_SERVICE)
    ports = with_index(world, entry("general_v1", libraries=["mlflow (v2.9)"]))

    assert plan_create(ports, world.create(text=file("general_v1"))).notes == ()
