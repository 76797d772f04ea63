"""What becomes of a test whose part of the rig cannot be had here."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest

#: ``required`` makes a failure of what is otherwise a skip; CI sets it.
VARIABLE = "OCI_MLFLOW_TEST_RIG"


def lacking(reason: str) -> NoReturn:
    """Skips the test with the reason, or fails it where the rig is required."""
    if os.environ.get(VARIABLE) == "required":
        pytest.fail(f"{reason}, and {VARIABLE} says that the rig is required", pytrace=False)
    pytest.skip(reason)
