from __future__ import annotations

import oci
import pytest

from oci_mlflow_core.errors import InvalidRequestError
from oci_mlflow_plugin.adapters.oci.session.regions import chosen_region, data_plane, region_of
from oci_mlflow_plugin.adapters.oci.session.settings import Settings

EVERYWHERE = {"OCI_MLFLOW_REGION": "eu-frankfurt-1", "OCI_REGION": "uk-london-1"}


def test_the_target_is_heeded_first() -> None:
    region = chosen_region("us-phoenix-1", Settings(EVERYWHERE), "us-ashburn-1", "the profile")

    assert region == "us-phoenix-1"


def test_then_our_variable() -> None:
    region = chosen_region(None, Settings(EVERYWHERE), "us-ashburn-1", "the profile")

    assert region == "eu-frankfurt-1"


def test_then_what_the_credentials_say() -> None:
    region = chosen_region(None, Settings({"OCI_REGION": "uk-london-1"}), "us-ashburn-1", "the profile")

    assert region == "us-ashburn-1"


def test_then_the_sdks_variable() -> None:
    region = chosen_region(None, Settings({"OCI_REGION": "uk-london-1"}), None, "")

    assert region == "uk-london-1"


@pytest.mark.parametrize(
    ("key", "name"), [("iad", "us-ashburn-1"), ("FRA", "eu-frankfurt-1"), ("US-Ashburn-1", "us-ashburn-1")]
)
def test_short_keys_and_other_cases_are_accepted(key: str, name: str) -> None:
    assert chosen_region(key, Settings({}), None, "") == name


def test_no_region_at_all_is_told() -> None:
    with pytest.raises(InvalidRequestError) as refused:
        chosen_region(None, Settings({}), None, "")

    assert str(refused.value) == "the region is not known"
    assert refused.value.hint == (
        "Name it in the target (oci-datascience://REGION), in OCI_MLFLOW_REGION, or as 'region' in the profile."
    )


def test_an_unknown_region_is_told_with_the_nearest() -> None:
    with pytest.raises(InvalidRequestError) as refused:
        chosen_region("us-ashbrun-1", Settings({}), None, "")

    assert str(refused.value) == (
        f"the target says 'us-ashbrun-1', which oci {oci.__version__} does not know as a region; "
        "did you mean 'us-ashburn-1'?"
    )
    assert refused.value.hint == (
        "A region that is newer than the SDK is made known by the variable OCI_REGION_METADATA or the file "
        "~/.oci/regions-config.json, as OCI's documentation describes them."
    )


def test_an_unknown_region_of_a_profile_names_the_profile() -> None:
    with pytest.raises(InvalidRequestError) as refused:
        chosen_region(None, Settings({}), "xyzzy", "the profile X of /c (API key)")

    assert str(refused.value) == (
        f"the profile X of /c (API key) says 'xyzzy', which oci {oci.__version__} does not know as a region"
    )


def test_the_data_plane_of_the_commercial_realm_has_a_name_of_its_own() -> None:
    assert data_plane("us-ashburn-1") == "https://modeldeployment.us-ashburn-1.oci.customer-oci.com"


def test_other_realms_answer_in_their_own_domain() -> None:
    assert data_plane("us-langley-1") == "https://md.datascience.us-langley-1.oci.oraclegovcloud.com"


@pytest.mark.parametrize(
    ("ocid", "region"),
    [
        ("ocid1.datasciencemodeldeployment.oc1.iad.amaaaa", "us-ashburn-1"),
        ("ocid1.datasciencemodeldeployment.oc1.eu-frankfurt-1.amaaaa", "eu-frankfurt-1"),
        ("ocid1.tenancy.oc1..aaaa", None),
        ("ocid1.datasciencemodeldeployment.oc1.xyzzy.amaaaa", None),
        ("fraud", None),
    ],
)
def test_ocids_name_their_region(ocid: str, region: str | None) -> None:
    assert region_of(ocid) == region
