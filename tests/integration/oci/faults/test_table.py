"""The page of the documentation is what the matrix says; OCI_MLFLOW_TEST_WRITE=1 writes it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from integration.oci.faults.matrix import Matrix
from integration.oci.faults.table import page

PAGE = Path(__file__).parents[4] / "docs" / "reference" / "fault-matrix.md"


# the test may be the first, and play all of it
@pytest.mark.timeout(3600)
def test_the_documented_matrix_is_the_one_that_was_played(matrix: Matrix) -> None:
    matrix.play_all()

    played = page(matrix)

    if os.environ.get("OCI_MLFLOW_TEST_WRITE") == "1":
        PAGE.write_text(played, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == played
