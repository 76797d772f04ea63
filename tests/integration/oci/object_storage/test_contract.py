"""The pack store in Object Storage keeps the promises of its port; the services are the twin's."""

from __future__ import annotations

from pathlib import Path

import pytest
from integration.oci.object_storage import rig
from oci_twin.twin import Twin

from oci_mlflow_core.model.pack import ObjectLocation
from oci_mlflow_core.ports.pack_store import PackStore
from oci_mlflow_core.testing.pack_store import PackStoreContract
from oci_mlflow_core.testing.publication import PublicationContract
from oci_mlflow_plugin.adapters.oci.object_storage.sizes import Sizes
from oci_mlflow_plugin.adapters.oci.object_storage.store import OciPackStore


class OverTheTwin(PackStoreContract, PublicationContract):
    sizes: Sizes

    @pytest.fixture
    def store(self, twin: Twin, tmp_path: Path) -> PackStore:
        return OciPackStore(rig.connection_to(twin, tmp_path), self.sizes)

    def damage(self, store: PackStore, location: ObjectLocation) -> None:
        assert isinstance(store, OciPackStore)
        client = store.connection.object_storage
        metadata = client.head_object(location.namespace, location.bucket, location.path).headers
        kept = {name[9:]: text for name, text in metadata.items() if name.startswith("opc-meta-")}
        client.put_object(location.namespace, location.bucket, location.path, b"damaged", opc_meta=kept)


class TestPacksInOneCall(OverTheTwin):
    sizes = Sizes()


class TestPacksInParts(OverTheTwin):
    sizes = Sizes(part=300_000, workers=3)
