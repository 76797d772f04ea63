"""Every journal keeps the promises of its port."""

from __future__ import annotations

from pathlib import Path

import pytest

from oci_mlflow_core.ports.journal import Journal
from oci_mlflow_core.testing.journal import JournalContract, MemoryJournal
from oci_mlflow_plugin.adapters.home.journal import FileJournal
from oci_mlflow_plugin.adapters.home.layout import Home


class TestMemoryJournal(JournalContract):
    @pytest.fixture
    def journal(self) -> Journal:
        return MemoryJournal()

    def leaves_nothing(self, journal: Journal) -> bool:
        assert isinstance(journal, MemoryJournal)
        return not journal.records


class TestFileJournal(JournalContract):
    @pytest.fixture
    def journal(self, tmp_path: Path) -> Journal:
        return FileJournal(Home(tmp_path / "home"))

    def leaves_nothing(self, journal: Journal) -> bool:
        assert isinstance(journal, FileJournal)
        return [path for path in journal.home.root.rglob("*") if not path.is_dir()] == []
