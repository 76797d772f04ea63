"""Orders that the service takes and does not carry out: nothing is left unsaid, the same command mends it."""

from __future__ import annotations

import pytest
from integration.oci.faults.commands import TITLES, Title
from integration.oci.faults.endings import ENDINGS, Ending
from integration.oci.faults.matrix import ORDERS, Matrix
from integration.oci.faults.page import check_documented
from integration.oci.faults.play import DONE, OUTCOMES
from integration.oci.faults.table import work_requests

CASES = [(title, order, ending) for title in TITLES for order in range(ORDERS[title]) for ending in ENDINGS]


@pytest.mark.parametrize(("title", "order", "ending"), CASES)
def test_a_work_request_that_fails_leaves_nothing_unsaid_and_is_made_good(
    matrix: Matrix, title: Title, order: int, ending: Ending
) -> None:
    outcome = matrix.ending(title, order, ending)

    assert outcome in OUTCOMES
    assert outcome != DONE


@pytest.mark.parametrize("title", TITLES)
def test_every_order_that_the_command_gives_has_its_cases(matrix: Matrix, title: Title) -> None:
    assert ORDERS[title] == len(matrix.command(title).orders)


def test_the_documented_table_is_the_one_that_was_played(matrix: Matrix) -> None:
    check_documented(work_requests(matrix))
