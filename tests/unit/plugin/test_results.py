"""Deployments as MLflow's callers get them."""

from __future__ import annotations

import json

import attrs
import pytest

from oci_mlflow_core.model.deployment import (
    FLAVOR_TAG,
    MODEL_URI_TAG,
    PACK_TAG,
    Deployment,
    LifecycleState,
)
from oci_mlflow_core.model.registry_view import RegistryView
from oci_mlflow_core.usecases.list_deployments import ListedDeployment
from oci_mlflow_plugin.results import DeploymentTable, deployment_result, listed_result

CANCER = Deployment(
    id="ocid1.datasciencemodeldeployment.oc1.local.a",
    name="cancer",
    state=LifecycleState.ACTIVE,
    url="http://127.0.0.1:8080",
    model_id="ocid1.datasciencemodel.oc1.local.b",
    time_created="2026-01-01T00:00:00+00:00",
    freeform_tags={MODEL_URI_TAG: "models:/cancer/1", PACK_TAG: "oci://b@n/p", FLAVOR_TAG: "sklearn"},
)
DEAD = Deployment(
    id="ocid1.x",
    name="dead",
    state=LifecycleState.FAILED,
    lifecycle_details="the server ended",
    log_tail=("one", "two"),
)


def test_a_result_begins_with_what_people_look_for() -> None:
    assert list(deployment_result(CANCER).items()) == [
        ("name", "cancer"),
        ("state", "ACTIVE"),
        ("url", "http://127.0.0.1:8080"),
        ("model_uri", "models:/cancer/1"),
        ("flavor", "python_function"),
        ("framework", "sklearn"),
        ("id", "ocid1.datasciencemodeldeployment.oc1.local.a"),
        ("model_id", "ocid1.datasciencemodel.oc1.local.b"),
        ("pack", "oci://b@n/p"),
        ("time_created", "2026-01-01T00:00:00+00:00"),
    ]


def test_a_result_has_plain_types_alone() -> None:
    result = deployment_result(CANCER)

    assert json.loads(json.dumps(result)) == result
    assert {type(value) for value in result.values()} == {str}


def test_a_failed_deployment_tells_why_and_its_last_log_lines() -> None:
    result = deployment_result(DEAD)

    assert result["lifecycle_details"] == "the server ended"
    assert result["log_tail"] == "\none\ntwo"


def test_an_entry_of_the_list_is_what_get_returns_and_what_the_registry_says() -> None:
    view = RegistryView(model_uri="models:/cancer/1", aliases=("champion",), stage="Production")

    assert listed_result(ListedDeployment(deployment=CANCER, view=view)) == {
        **deployment_result(CANCER),
        "registered": True,
        "aliases": ["champion"],
        "stage": "Production",
    }


def test_nothing_is_said_of_a_registry_that_was_not_asked() -> None:
    assert listed_result(ListedDeployment(deployment=DEAD)) == {
        **deployment_result(DEAD),
        "registered": None,
        "aliases": [],
        "stage": "",
    }


def test_the_version_that_the_registry_knows_is_what_is_served() -> None:
    tagged_by_hand = attrs.evolve(CANCER, freeform_tags={MODEL_URI_TAG: "models:/cancer@champion"})

    entry = listed_result(ListedDeployment(deployment=tagged_by_hand, view=RegistryView(model_uri="models:/cancer/1")))

    assert entry["model_uri"] == "models:/cancer/1"


def test_the_list_is_a_list_of_dicts_whose_text_is_a_table() -> None:
    view = RegistryView(model_uri="models:/cancer/1", aliases=("champion",), stage="Staging")

    table = DeploymentTable.of([ListedDeployment(deployment=CANCER, view=view), ListedDeployment(deployment=DEAD)])

    assert isinstance(table, list)
    assert [entry["name"] for entry in table] == ["cancer", "dead"]
    assert str(table).splitlines() == [
        "NAME    STATE   URL                    MODEL URI         REGISTRY            ID",
        f"cancer  ACTIVE  http://127.0.0.1:8080  models:/cancer/1  @champion, Staging  {CANCER.id}",
        "dead    FAILED  -                      -                 -                   ocid1.x",
    ]


@pytest.mark.parametrize(
    ("view", "shown"),
    [
        (RegistryView(model_uri="models:/a/1"), "registered"),
        (RegistryView(model_uri="models:/a/1", aliases=("a", "b")), "@a, @b"),
        (RegistryView(model_uri="models:/a/1", stage="Production"), "Production"),
        (RegistryView(model_uri="models:/a/1", registered=False), "no longer registered"),
    ],
)
def test_the_table_says_what_the_registry_calls_the_version(view: RegistryView, shown: str) -> None:
    table = DeploymentTable.of([ListedDeployment(deployment=DEAD, view=view)])

    assert str(table).splitlines()[1] == f"dead  FAILED  -    models:/a/1  {shown:8}  ocid1.x"


def test_the_list_is_json() -> None:
    listed = ListedDeployment(deployment=CANCER, view=RegistryView(model_uri="models:/cancer/1", aliases=("a",)))
    table = DeploymentTable.of([listed])

    assert json.loads(json.dumps(table)) == table


def test_an_empty_list_says_so() -> None:
    table = DeploymentTable.of([])

    assert table == []
    assert f"List of all deployments:\n{table}" == "List of all deployments:\n(none)"
