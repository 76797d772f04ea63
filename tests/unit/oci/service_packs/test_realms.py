"""Where OCI keeps its own packs."""

from __future__ import annotations

import pytest

from oci_mlflow_core.errors import InvalidRequestError
from oci_mlflow_plugin.adapters.oci.service_packs.realms import service_bucket
from oci_mlflow_plugin.adapters.oci.session.settings import Settings


@pytest.mark.parametrize(
    ("region", "namespace", "index"),
    [
        ("us-ashburn-1", "id19sfcrra6z", "service_pack/index.json"),
        ("eu-frankfurt-1", "id19sfcrra6z", "service_pack/index.json"),
        ("ap-chiyoda-1", "axvucm64yaas", "service_pack/index.json"),
        ("us-langley-1", "ociodscprodoc2", "service_pack/index.json"),
        ("us-luke-1", "ociodscprodoc2", "service_pack/index.json"),
        ("us-gov-phoenix-1", "ociodscprodoc3", "service_pack/index.json"),
        ("us-gov-chicago-1", "ociodscprodoc3", "index.json"),
    ],
)
def test_each_realm_has_its_own_namespace(region: str, namespace: str, index: str) -> None:
    found = service_bucket(region, Settings({}))

    assert str(found.location) == f"oci://service-conda-packs@{namespace}/"
    assert found.index == index


def test_a_realm_that_is_not_known_asks_for_the_namespace() -> None:
    with pytest.raises(InvalidRequestError) as failure:
        service_bucket("uk-gov-london-1", Settings({}))

    assert str(failure.value) == (
        "where OCI keeps its service packs in the realm oc4 (region uk-gov-london-1) is not known"
    )
    assert failure.value.hint == (
        "Set CONDA_BUCKET_NS to the namespace of the bucket 'service-conda-packs', or give the pack's oci:// URI."
    )


def test_the_variables_of_ads_win() -> None:
    environ = {"CONDA_BUCKET_NAME": "ours", "CONDA_BUCKET_NS": "team"}

    assert str(service_bucket("uk-gov-london-1", Settings(environ)).location) == "oci://ours@team/"
