"""The page of the documentation as a whole; what its tables say is compared by the tests that play them."""

from __future__ import annotations

from integration.oci.faults.matrix import Matrix
from integration.oci.faults.page import check_documented, documented
from integration.oci.faults.table import HEADINGS, LIMITS, head


def test_the_page_begins_with_the_number_of_all_cases(matrix: Matrix) -> None:
    check_documented(head(matrix))


def test_the_page_says_what_is_not_played() -> None:
    check_documented(LIMITS)


def test_the_page_has_one_part_for_everything_that_is_played() -> None:
    assert tuple(documented()) == HEADINGS
