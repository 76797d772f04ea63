"""Every cache of packs keeps the promises of its port."""

from __future__ import annotations

from pathlib import Path

import pytest

from oci_mlflow_core.ports.pack_cache import PackCache
from oci_mlflow_core.testing.pack_cache import BOUND, MemoryPackCache, PackCacheContract
from oci_mlflow_core.testing.progress_sink import RecordingProgress
from oci_mlflow_plugin.adapters.home.clock import SystemClock
from oci_mlflow_plugin.adapters.home.layout import Home
from oci_mlflow_plugin.adapters.home.pack_cache.cache import FilePackCache


class TestMemoryPackCache(PackCacheContract):
    @pytest.fixture
    def cache(self, progress: RecordingProgress, tmp_path: Path) -> PackCache:
        return MemoryPackCache(tmp_path / "cache", progress, BOUND)


class TestFilePackCache(PackCacheContract):
    @pytest.fixture
    def cache(self, progress: RecordingProgress, tmp_path: Path) -> PackCache:
        return FilePackCache(Home(tmp_path / "home"), progress, SystemClock(), BOUND)
