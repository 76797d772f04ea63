"""The index of OCI's own packs, read through the SDK."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from integration.oci.service_packs.rig import Shop

from oci_mlflow_core.errors import PackStoreError
from oci_mlflow_core.model.target import Session, Target
from oci_mlflow_core.ports.service_packs import ServicePacks
from oci_mlflow_core.testing.service_packs import ServicePacksContract
from oci_mlflow_plugin.adapters.oci.service_packs.index import OciServicePacks
from oci_mlflow_plugin.adapters.oci.session.connection import Connection

INDEX = "oci://service-conda-packs@id19sfcrra6z/service_pack/index.json"


def packs_of(home: Path) -> OciServicePacks:
    return OciServicePacks(Connection(Session(target=Target(), home=home)))


class TestOciServicePacks(ServicePacksContract):
    @pytest.fixture
    def service_packs_with(self, shop: Shop) -> Callable[[str | None], ServicePacks]:
        def packs(text: str | None) -> ServicePacks:
            if text is not None:
                shop.twin.service_packs.publish_index(text)
            return packs_of(shop.folder)

        return packs


def test_an_index_that_is_not_there_is_told_by_its_place(shop: Shop) -> None:
    with pytest.raises(PackStoreError) as failure:
        packs_of(shop.folder).listed()

    assert str(failure.value) == f"{INDEX}: OCI's index of service packs is not there"
    assert failure.value.hint == "Give the oci:// URI of a published pack, or let one be built: a mapping with 'name'."


def test_an_index_that_is_none_is_told_by_its_place(shop: Shop) -> None:
    shop.twin.service_packs.publish_index("[]")

    with pytest.raises(PackStoreError) as failure:
        packs_of(shop.folder).listed()

    assert str(failure.value) == (
        f"{INDEX}: OCI's index of service packs cannot be understood: expected a mapping with the list 'service_packs'"
    )


def test_the_index_is_read_by_one_call(shop: Shop) -> None:
    shop.pack()

    packs_of(shop.folder).listed()

    assert [call[1] for call in shop.twin.faults.calls] == ["get_object"]


def test_the_bucket_is_known_without_a_call(shop: Shop) -> None:
    assert str(packs_of(shop.folder).bucket) == "oci://service-conda-packs@id19sfcrra6z/"
    assert list(shop.twin.faults.calls) == []


def test_a_bucket_of_ones_own_is_named_by_the_variables_of_ads(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONDA_BUCKET_NAME", shop.twin.bucket)
    monkeypatch.setenv("CONDA_BUCKET_NS", shop.twin.namespace)

    with pytest.raises(PackStoreError) as failure:
        packs_of(shop.folder).listed()

    place = f"oci://{shop.twin.bucket}@{shop.twin.namespace}/service_pack/index.json"
    assert str(failure.value) == f"{place}: OCI's index of service packs is not there"
