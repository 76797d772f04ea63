from __future__ import annotations

from typing import Any

import oci
import pytest
from integration.oci_twin.data_science.rig import Science, refused


def _names(models: list[Any]) -> list[str]:
    return [model.display_name for model in models]


def test_models_are_listed_newest_first(science: Science) -> None:
    for name in "abc":
        science.model(displayName=name)

    assert _names(science.client.list_models(science.compartment_id).data) == ["c", "b", "a"]


def test_models_are_sorted_by_name_in_either_order(science: Science) -> None:
    for name in "bca":
        science.model(displayName=name)

    upwards = science.client.list_models(science.compartment_id, sort_by="displayName").data
    downwards = science.client.list_models(science.compartment_id, sort_by="displayName", sort_order="DESC").data

    assert (_names(upwards), _names(downwards)) == (["a", "b", "c"], ["c", "b", "a"])


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"display_name": "a"}, ["a"]),
        ({"display_name": "A"}, []),
        ({"lifecycle_state": "INACTIVE"}, ["b"]),
        ({"lifecycle_state": "ACTIVE", "display_name": "b"}, []),
        ({"category": "SERVICE"}, []),
        ({"version_label": "v1"}, ["a"]),
        ({"project_id": "ocid1.datascienceproject.oc1.iad.other"}, []),
        ({"created_by": "ocid1.user.oc1..other"}, []),
    ],
)
def test_every_filter_has_to_hold(science: Science, wanted: dict[str, str], found: list[str]) -> None:
    science.model(displayName="a", versionLabel="v1")
    science.client.deactivate_model(science.model(displayName="b"))

    assert _names(science.client.list_models(science.compartment_id, **wanted).data) == found


def test_one_model_is_found_by_its_ocid(science: Science) -> None:
    model_id = science.model(displayName="a")
    science.model(displayName="b")

    assert _names(science.client.list_models(science.compartment_id, id=model_id).data) == ["a"]


def test_models_of_another_compartment_are_not_listed(science: Science) -> None:
    science.model()

    assert science.client.list_models(science.other_compartment_id).data == []


def test_a_summary_has_no_description_metadata_or_schema(science: Science) -> None:
    science.model(description="d", inputSchema="{}", customMetadataList=[{"key": "k", "value": "v"}])

    summary = science.raw(f"/20190101/models?compartmentId={science.compartment_id}")[0]

    assert not {"description", "inputSchema", "customMetadataList"} & summary.keys()
    assert summary["displayName"] == "m"


def test_all_pages_together_have_every_model(science: Science) -> None:
    for number in range(7):
        science.model(artifact=None, displayName=f"m{number}")

    every = oci.pagination.list_call_get_all_results(science.client.list_models, science.compartment_id, limit=3).data

    assert _names(every) == [f"m{number}" for number in reversed(range(7))]


def test_pages_are_generated_as_they_are_asked_for(science: Science) -> None:
    for number in range(5):
        science.model(artifact=None, displayName=f"m{number}")

    some = oci.pagination.list_call_get_all_results_generator(
        science.client.list_models, "response", science.compartment_id, limit=2
    )

    assert [len(page.data) for page in some] == [2, 2, 1]


@pytest.mark.parametrize("limit", [0, 101])
def test_a_page_has_1_to_100_items(science: Science, limit: int) -> None:
    answer = refused(science.client.list_models, science.compartment_id, limit=limit)

    assert answer == (400, "InvalidParameter", f"limit is a number from 1 to 100, not {limit}.")
