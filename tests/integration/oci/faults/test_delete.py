"""A delete: nothing is left unsaid, and the same command mends it."""

from __future__ import annotations

import pytest
from integration.oci.faults.matrix import Matrix
from integration.oci.faults.mishaps import Extent
from integration.oci.faults.page import check_documented
from integration.oci.faults.rows import check_operations, check_row, rows_of
from integration.oci.faults.table import section

EXTENTS: tuple[Extent, ...] = ("once", "lasting", "away")


@pytest.mark.parametrize(("extent", "operation"), rows_of("delete", *EXTENTS))
def test_a_call_that_fails_leaves_nothing_unsaid_and_is_made_good(
    matrix: Matrix, extent: Extent, operation: str
) -> None:
    check_row(matrix, "delete", extent, operation)


def test_every_operation_that_the_command_calls_has_a_row(matrix: Matrix) -> None:
    check_operations(matrix, "delete")


# it may be the first, and play all of it
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("extent", EXTENTS)
def test_the_documented_table_is_the_one_that_was_played(matrix: Matrix, extent: Extent) -> None:
    check_documented(section(matrix, "delete", extent))
