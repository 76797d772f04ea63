"""One's own tenancy, to be looked at."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import oci
import pytest
from oci_twin.twin import Twin


@pytest.fixture
def identity(client_of: Callable[..., Any]) -> Any:
    return client_of(oci.identity.IdentityClient)


def test_the_compartment_is_there(twin: Twin, identity: Any) -> None:
    found = identity.get_compartment(twin.compartment_id).data

    assert (found.id, found.compartment_id, found.lifecycle_state) == (twin.compartment_id, twin.tenancy_id, "ACTIVE")


def test_the_tenancy_is_a_compartment_and_a_tenancy(twin: Twin, identity: Any) -> None:
    assert identity.get_compartment(twin.tenancy_id).data.id == twin.tenancy_id
    assert identity.get_tenancy(twin.tenancy_id).data.home_region_key == "IAD"


def test_compartments_are_listed_below_the_tenancy(twin: Twin, identity: Any) -> None:
    assert [one.id for one in identity.list_compartments(twin.tenancy_id).data] == [twin.compartment_id]


def test_the_user_of_the_config_is_there(twin: Twin, identity: Any) -> None:
    assert identity.get_user(twin.sdk_config()["user"]).data.lifecycle_state == "ACTIVE"


def test_the_tenancy_is_subscribed_to_one_region(twin: Twin, identity: Any) -> None:
    (region,) = identity.list_region_subscriptions(twin.tenancy_id).data

    assert (region.region_name, region.status, region.is_home_region) == (twin.sdk_config()["region"], "READY", True)
    assert [one.name for one in identity.list_regions().data] == [region.region_name]


@pytest.mark.parametrize("ask", ["get_compartment", "get_tenancy", "get_user", "list_region_subscriptions"])
def test_what_is_somebody_elses_is_not_found(identity: Any, ask: str) -> None:
    with pytest.raises(oci.exceptions.ServiceError) as refused:
        getattr(identity, ask)("ocid1.other.oc1..aaaa")

    assert (refused.value.status, refused.value.code) == (404, "NotAuthorizedOrNotFound")
