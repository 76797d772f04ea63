"""The tests of one command: what their cases are, and what has to hold of each row."""

from __future__ import annotations

from typing import ClassVar

import pytest
from integration.oci.faults.commands import Title
from integration.oci.faults.matrix import OPERATIONS, Matrix
from integration.oci.faults.mishaps import Extent, columns_of
from integration.oci.faults.page import check_documented
from integration.oci.faults.play import OUTCOMES
from integration.oci.faults.table import section


class PlayedRows:
    """Every row of the command to those extents; a file has one class, so that files are played side by side."""

    title: ClassVar[Title]
    extents: ClassVar[tuple[Extent, ...]]

    def __init_subclass__(cls, *, title: Title, extents: tuple[Extent, ...]) -> None:
        cls.title, cls.extents = title, extents

    @classmethod
    def rows(cls) -> list[tuple[Extent, str]]:
        """One test each."""
        return [(extent, operation) for extent in cls.extents for operation in OPERATIONS[cls.title]]

    def test_a_call_that_fails_leaves_nothing_unsaid_and_is_made_good(
        self, matrix: Matrix, extent: Extent, operation: str
    ) -> None:
        row = matrix.row(self.title, extent, operation)

        assert set(row.cells) == set(columns_of(operation, extent))
        assert set().union(*row.cells.values()) <= set(OUTCOMES)
        played = {case.position for case in row.cases}
        assert played == {each for each in matrix.command(self.title).positions if each.operation == operation}

    def test_every_operation_that_the_command_calls_has_a_row(self, matrix: Matrix) -> None:
        assert list(OPERATIONS[self.title]) == matrix.command(self.title).operations

    # it may be the first, and play all of it
    @pytest.mark.timeout(3600)
    def test_the_documented_table_is_the_one_that_was_played(self, matrix: Matrix, extent: Extent) -> None:
        check_documented(section(matrix, self.title, extent))
