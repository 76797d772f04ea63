"""The contract of the ServicePacks port, and an index in memory."""
# ruff: noqa: S101 - contract classes are tests, whose names say the fact

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import attrs
import pytest

from oci_mlflow_core.errors import PackStoreError
from oci_mlflow_core.model.pack import ObjectLocation
from oci_mlflow_core.model.service_pack import ServicePack
from oci_mlflow_core.planning.service_index import read_service_index
from oci_mlflow_core.ports.service_packs import ServicePacks

_BUCKET = ObjectLocation("service-packs", "service", "")


@attrs.frozen
class MemoryServicePacks(ServicePacks):
    """The text of an index; None where there is none."""

    text: str | None
    bucket: ObjectLocation = _BUCKET

    def listed(self) -> tuple[ServicePack, ...]:
        """Every pack of the index."""
        if self.text is None:
            raise PackStoreError(str(self.bucket), "there is no index of service packs")
        try:
            return read_service_index(self.text)
        except ValueError as fault:
            raise PackStoreError(str(self.bucket), f"the index cannot be understood: {fault}") from fault


def entry(slug: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 (plain JSON)
    """An entry of an index."""
    path = f"oci://service-packs@service/service_pack/cpu/{slug}"
    return {"slug": slug, "name": slug, "version": "1.0", "python": "3.11", "pack_path": path, **more}


class ServicePacksContract:
    """What every index does. Fixture: `service_packs_with`, which gives it for an index of that text, or for none."""

    def test_1_every_pack_of_the_index_is_listed(
        self, service_packs_with: Callable[[str | None], ServicePacks]
    ) -> None:
        packs = service_packs_with(_index(entry("general_v1", libraries=["mlflow (v2.9.2)"]), entry("spark_v1")))

        first, second = packs.listed()

        assert first == ServicePack(
            slug="general_v1",
            location=ObjectLocation("service-packs", "service", "service_pack/cpu/general_v1"),
            name="general_v1",
            version="1.0",
            python="3.11",
            libraries=("mlflow (v2.9.2)",),
        )
        assert second.slug == "spark_v1"

    def test_1_an_entry_that_cannot_be_found_by_it_is_passed_over(
        self, service_packs_with: Callable[[str | None], ServicePacks]
    ) -> None:
        useless: tuple[object, ...] = (
            entry(""),
            entry("elsewhere_v1", pack_path="https://example.com/pack"),
            "no entry",
            {},
        )
        packs = service_packs_with(_index(*useless, entry("general_v1")))

        slugs = [pack.slug for pack in packs.listed()]

        assert slugs == ["general_v1"]

    def test_1_of_two_entries_with_one_slug_the_first_counts(
        self, service_packs_with: Callable[[str | None], ServicePacks]
    ) -> None:
        packs = service_packs_with(_index(entry("general_v1"), entry("general_v1", python="3.8")))

        (only,) = packs.listed()

        assert only.python == "3.11"

    @pytest.mark.parametrize("text", [None, "no JSON", "[]", '{"service_packs": {}}'])
    def test_2_what_is_no_index_is_told(
        self, text: str | None, service_packs_with: Callable[[str | None], ServicePacks]
    ) -> None:
        packs = service_packs_with(text)

        with pytest.raises(PackStoreError):
            packs.listed()


def _index(*entries: object) -> str:
    return json.dumps({"service_packs": entries})
