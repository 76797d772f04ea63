"""Whatever befalls a call: the command ends well or in one error, nothing is left unsaid, the same command mends it.

The cases and what they are judged by stand in `play`.
"""

from __future__ import annotations

import pytest
from integration.oci.faults.endings import ENDINGS, Ending
from integration.oci.faults.matrix import LASTING, ONCE, OPERATIONS, Matrix
from integration.oci.faults.mishaps import COLUMNS, STAYING
from integration.oci.faults.play import OUTCOMES

ROWS = [(title, operation) for title, operations in OPERATIONS.items() for operation in operations]


@pytest.mark.parametrize(("title", "operation"), ROWS)
def test_a_call_that_fails_leaves_nothing_unsaid_and_is_made_good(matrix: Matrix, title: str, operation: str) -> None:
    row = matrix.row(title, operation)

    assert {column for extent, column in row.cells if extent == ONCE} >= set(COLUMNS) - {"corrupted"}
    assert {column for extent, column in row.cells if extent == LASTING} == set(STAYING)
    assert set().union(*row.cells.values()) <= set(OUTCOMES)


@pytest.mark.parametrize(("title", "ending"), [(title, ending) for title in ENDINGS for ending in ENDINGS[title]])
def test_a_work_request_that_fails_leaves_nothing_unsaid_and_is_made_good(
    matrix: Matrix, title: str, ending: Ending
) -> None:
    outcome = matrix.ending(title, ending)

    assert outcome in OUTCOMES
    assert outcome != "done"


@pytest.mark.parametrize("title", ["create", "update", "delete"])
def test_the_matrix_has_every_operation_that_a_command_calls(matrix: Matrix, title: str) -> None:
    assert set(OPERATIONS[title]) == set(matrix.commands[title].calls)
