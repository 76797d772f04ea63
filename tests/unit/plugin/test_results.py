"""Deployments as MLflow's callers get them."""

from __future__ import annotations

import json

from oci_mlflow_core.model.deployment import (
    FLAVOR_TAG,
    MODEL_URI_TAG,
    PACK_TAG,
    Deployment,
    LifecycleState,
)
from oci_mlflow_plugin.results import DeploymentTable, deployment_result

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


def test_the_list_is_a_list_of_dicts_whose_text_is_a_table() -> None:
    table = DeploymentTable.of([CANCER, DEAD])

    assert table == [deployment_result(CANCER), deployment_result(DEAD)]
    assert isinstance(table, list)
    assert str(table).splitlines() == [
        "NAME    STATE   URL                    MODEL URI         ID",
        "cancer  ACTIVE  http://127.0.0.1:8080  models:/cancer/1  ocid1.datasciencemodeldeployment.oc1.local.a",
        "dead    FAILED  -                      -                 ocid1.x",
    ]


def test_the_list_is_json() -> None:
    assert json.loads(json.dumps(DeploymentTable.of([CANCER])))[0]["name"] == "cancer"


def test_an_empty_list_says_so() -> None:
    table = DeploymentTable.of([])

    assert table == []
    assert f"List of all deployments:\n{table}" == "List of all deployments:\n(none)"
