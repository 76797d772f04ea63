"""Every pack store keeps the promises of its port."""

from __future__ import annotations

from pathlib import Path

import attrs
import pytest

from oci_mlflow_core.model.pack import ObjectLocation
from oci_mlflow_core.ports.pack_store import PackStore
from oci_mlflow_core.testing.pack_store import MemoryPackStore, PackStoreContract
from oci_mlflow_core.testing.publication import PublicationContract
from oci_mlflow_plugin.adapters.filesystem_packs.places import path_of
from oci_mlflow_plugin.adapters.filesystem_packs.store import FolderPackStore
from oci_mlflow_plugin.adapters.home.layout import Home


class TestMemoryPackStore(PackStoreContract, PublicationContract):
    @pytest.fixture
    def store(self) -> PackStore:
        return MemoryPackStore()

    def damage(self, store: PackStore, location: ObjectLocation) -> None:
        assert isinstance(store, MemoryPackStore)
        store.packs[location] = attrs.evolve(store.packs[location], content=b"damaged")


class TestFolderPackStore(PackStoreContract, PublicationContract):
    @pytest.fixture
    def store(self, tmp_path: Path) -> PackStore:
        return FolderPackStore(Home(tmp_path / "home"))

    def damage(self, store: PackStore, location: ObjectLocation) -> None:
        assert isinstance(store, FolderPackStore)
        path_of(store.home.buckets, location).write_bytes(b"damaged")
