from __future__ import annotations

from typing import Any

import oci
import pytest
from integration.oci_twin.data_science.rig import Science, refused


@pytest.fixture
def make(science: Science) -> Any:
    model_id = science.model()
    return lambda name="d": science.create(science.deployment_details(model_id, displayName=name))


def _names(science: Science, **wanted: Any) -> list[str]:
    return [item.display_name for item in science.client.list_model_deployments(science.compartment_id, **wanted).data]


def test_deployments_are_listed_newest_first(science: Science, make: Any) -> None:
    for name in "abc":
        make(name)

    assert _names(science) == ["c", "b", "a"]
    assert _names(science, sort_order="ASC") == ["a", "b", "c"]


def test_deployments_are_sorted_by_name_upper_case_first(science: Science, make: Any) -> None:
    for name in ("b", "a", "B"):
        make(name)

    assert _names(science, sort_by="displayName") == ["B", "a", "b"]


def test_a_name_is_found_exactly(science: Science, make: Any) -> None:
    for name in ("fraud", "fraud", "Fraud", "fraud-2"):
        make(name)

    assert _names(science, display_name="fraud") == ["fraud", "fraud"]


def test_one_state_is_found(science: Science, make: Any) -> None:
    science.settled(make("active"))
    make("new")

    # listing is a look too: what was new is in progress now
    assert _names(science, lifecycle_state="ACTIVE") == ["active"]


def test_two_filters_are_refused(science: Science, make: Any) -> None:
    make()

    answer = refused(
        science.client.list_model_deployments,
        science.compartment_id,
        display_name="d",
        lifecycle_state="ACTIVE",
    )

    message = "Only one parameter other than compartmentId may be included in the query."
    assert answer == (400, "InvalidParameter", message)


def test_order_and_paging_are_no_filters(science: Science, make: Any) -> None:
    make("d")

    assert _names(science, display_name="d", limit=10, sort_by="displayName", sort_order="DESC") == ["d"]


@pytest.mark.parametrize("name", ["id", "project_id", "created_by"])
def test_other_filters_have_to_hold_too(science: Science, make: Any, name: str) -> None:
    deployment_id = make()
    values = {"id": deployment_id, "project_id": science.project_id, "created_by": science.twin.user_id}

    assert _names(science, **{name: values[name]}) == ["d"]
    assert _names(science, **{name: "ocid1.other.oc1..x"}) == []


def test_all_pages_together_have_every_deployment_once(science: Science, make: Any) -> None:
    made = [make(f"d{number}") for number in range(5)]

    every = oci.pagination.list_call_get_all_results(
        science.client.list_model_deployments, science.compartment_id, limit=2
    ).data

    assert [item.id for item in every] == made[::-1]


def test_a_deleted_deployment_is_listed_as_deleted(science: Science, make: Any) -> None:
    deployment_id = make("gone")
    science.settled(deployment_id)
    science.client.delete_model_deployment(deployment_id)
    science.settled(deployment_id)

    found = science.client.list_model_deployments(science.compartment_id, display_name="gone").data

    assert [item.lifecycle_state for item in found] == ["DELETED"]


def test_a_summary_says_all_but_the_details_of_the_state(science: Science) -> None:
    science.twin.outcomes.fail_next("MODEL_DEPLOYMENT_CREATE", "Broken.")
    deployment_id = science.create()
    science.settled(deployment_id)

    summary = science.raw(f"/20190101/modelDeployments?compartmentId={science.compartment_id}")[0]

    assert science.client.get_model_deployment(deployment_id).data.lifecycle_details == "Broken."
    assert "lifecycleDetails" not in summary
    assert summary["modelDeploymentUrl"] == f"{science.twin.url}/{deployment_id}"
    assert summary["modelDeploymentConfigurationDetails"]["deploymentType"] == "SINGLE_MODEL"


def test_the_compartment_has_to_be_said(science: Science) -> None:
    assert science.raw("/20190101/modelDeployments") == {
        "code": "MissingParameter",
        "message": "compartmentId is required.",
    }


@pytest.mark.parametrize(
    ("query", "message"),
    [
        (
            "lifecycleState=BUSY",
            "lifecycleState must be one of CREATING, ACTIVE, DELETING, FAILED, INACTIVE, UPDATING, ",
        ),
        ("sortBy=size", "sortBy must be one of timeCreated, displayName, not 'size'."),
        ("sortOrder=UP", "sortOrder must be ASC or DESC, not 'UP'."),
        ("limit=101", "limit is a number from 1 to 100, not 101."),
    ],
)
def test_impossible_parameters_are_refused(science: Science, query: str, message: str) -> None:
    answer = science.raw(f"/20190101/modelDeployments?compartmentId={science.compartment_id}&{query}")

    assert answer["code"] == "InvalidParameter"
    assert answer["message"].startswith(message)
