"""How many cases of the matrix were played."""

from __future__ import annotations

import pytest

#: Where a run of pytest keeps the number.
CASES = pytest.StashKey[int]()
