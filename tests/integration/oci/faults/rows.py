"""The tests of one command: what their cases are, and what has to hold of each row."""

from __future__ import annotations

from integration.oci.faults.commands import Title
from integration.oci.faults.matrix import OPERATIONS, Matrix
from integration.oci.faults.mishaps import Extent, columns_of
from integration.oci.faults.play import OUTCOMES


def rows_of(title: Title, *extents: Extent) -> list[tuple[Extent, str]]:
    """One test each."""
    return [(extent, operation) for extent in extents for operation in OPERATIONS[title]]


def check_row(matrix: Matrix, title: Title, extent: Extent, operation: str) -> None:
    """Plays the row.

    Raises:
        AssertionError: A case of it left something unsaid, or was not made good, or the row lacks a column.
    """
    row = matrix.row(title, extent, operation)

    assert set(row.cells) == set(columns_of(operation, extent))
    assert set().union(*row.cells.values()) <= set(OUTCOMES)
    played = {case.position for case in row.cases}
    assert played == {each for each in matrix.command(title).positions if each.operation == operation}


def check_operations(matrix: Matrix, title: Title) -> None:
    """Compares the rows with the calls.

    Raises:
        AssertionError: An operation that the command calls has no row, or the other way round.
    """
    assert list(OPERATIONS[title]) == matrix.command(title).operations
