"""The contract of the Workspaces port, and workspaces in one folder for tests of what uses them."""
# ruff: noqa: S101 - contract classes are tests, whose names say the fact

from __future__ import annotations

import shutil
from abc import abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import attrs
import pytest

from oci_mlflow_core.ports.workspaces import Workspaces


@attrs.define
class FolderWorkspaces(Workspaces):
    """Numbered folders below a root, such as pytest's ``tmp_path``."""

    root: Path
    #: What each workspace was opened for, in order.
    purposes: list[str] = attrs.field(factory=list)

    @contextmanager
    def open(self, purpose: str) -> Iterator[Path]:
        """A folder for the time of the context."""
        self.purposes.append(purpose)
        folder = self.root / f"{len(self.purposes)}-{purpose}"
        folder.mkdir()
        try:
            yield folder
        finally:
            shutil.rmtree(folder)


class WorkspacesContract:
    """What all workspaces do. Fixture: `workspaces`."""

    @pytest.fixture
    @abstractmethod
    def workspaces(self) -> Workspaces:
        """The workspaces under test."""

    def test_1_a_workspace_is_an_empty_folder(self, workspaces: Workspaces) -> None:
        with workspaces.open("build") as folder:
            content = list(folder.iterdir())

        assert content == []

    def test_1_two_for_one_purpose_are_two_folders(self, workspaces: Workspaces) -> None:
        with workspaces.open("build") as one, workspaces.open("build") as other:
            (one / "file").touch()

            assert list(other.iterdir()) == []

    def test_1_the_purpose_is_part_of_its_name(self, workspaces: Workspaces) -> None:
        with workspaces.open("build") as folder:
            assert "build" in folder.name

    def test_2_it_is_gone_when_its_context_ends(self, workspaces: Workspaces) -> None:
        with workspaces.open("build") as folder:
            (folder / "sub").mkdir()
            (folder / "sub" / "file").touch()

        assert not folder.exists()

    def test_2_it_is_gone_when_its_context_fails(self, workspaces: Workspaces) -> None:
        with pytest.raises(KeyboardInterrupt), workspaces.open("build") as folder:
            _interrupted(folder)

        assert not folder.exists()

    def test_2_opening_another_does_not_remove_one_in_use(self, workspaces: Workspaces) -> None:
        with workspaces.open("build") as one:
            with workspaces.open("pack"):
                pass

            assert one.exists()


def _interrupted(folder: Path) -> None:
    (folder / "file").touch()
    raise KeyboardInterrupt
