"""How much is left of what Data Science offers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import oci
import pytest
from oci_twin.twin import Twin

NAME = "ds-standard-e4-flex-regional-count"


@pytest.fixture
def limits(client_of: Callable[..., Any]) -> Any:
    return client_of(oci.limits.LimitsClient)


def test_what_is_used_is_not_available(twin: Twin, limits: Any) -> None:
    twin.quotas.set("ds-test-count", limit=10, used=7)

    found = limits.get_resource_availability("data-science", "ds-test-count", twin.compartment_id).data

    assert (found.used, found.available) == (7, 3)


def test_values_and_definitions_have_the_same_names(twin: Twin, limits: Any) -> None:
    listed = oci.pagination.list_call_get_all_results
    values = listed(limits.list_limit_values, twin.tenancy_id, "data-science", limit=2).data
    definitions = listed(limits.list_limit_definitions, twin.tenancy_id, service_name="data-science").data

    assert NAME in [one.name for one in values]
    assert [one.name for one in values] == [one.name for one in definitions]


def test_one_value_is_found_by_name(twin: Twin, limits: Any) -> None:
    (value,) = limits.list_limit_values(twin.tenancy_id, "data-science", name=NAME).data

    assert (value.name, value.value, value.scope_type) == (NAME, 200, "REGION")


def test_the_service_is_listed(twin: Twin, limits: Any) -> None:
    assert [one.name for one in limits.list_services(twin.tenancy_id).data] == ["data-science"]


def test_an_unknown_limit_is_not_found(twin: Twin, limits: Any) -> None:
    with pytest.raises(oci.exceptions.ServiceError) as refused:
        limits.get_resource_availability("data-science", "other", twin.compartment_id)

    assert (refused.value.status, refused.value.code) == (404, "NotAuthorizedOrNotFound")
