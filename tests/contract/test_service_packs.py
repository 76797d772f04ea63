"""Every index of service packs keeps the promises of its port."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from oci_mlflow_core.ports.service_packs import ServicePacks
from oci_mlflow_core.testing.service_packs import MemoryServicePacks, ServicePacksContract


class TestMemoryServicePacks(ServicePacksContract):
    @pytest.fixture
    def service_packs_with(self) -> Callable[[str | None], ServicePacks]:
        return MemoryServicePacks
