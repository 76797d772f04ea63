"""Until when packages have to be uploaded."""

from __future__ import annotations

import pytest

from oci_mlflow_core.errors import InvalidRequestError
from oci_mlflow_core.model.artifact import ModelFacts, ModelVersion
from oci_mlflow_core.planning.newest_packages import exclude_newer

VERSION = ModelVersion(uri="models:/fraud/1", pinned_uri="models:/fraud/1")
FACTS = ModelFacts(version=VERSION, flavors=(), time_created="2024-09-01T12:30:00.5Z")


@pytest.mark.parametrize(
    ("given", "moment"),
    [
        (None, None),
        ("2025-01-31T12:00:00Z", "2025-01-31T12:00:00Z"),
        ("2025-01-31T12:00:00z", "2025-01-31T12:00:00Z"),
        ("2025-01-31T12:00:00+02:00", "2025-01-31T10:00:00Z"),
        ("2025-01-31 12:00:00-01:30", "2025-01-31T13:30:00Z"),
        ("model", "2024-09-01T12:30:00.500000Z"),
        ("Model", "2024-09-01T12:30:00.500000Z"),
    ],
)
def test_the_moment_is_told_in_utc(given: str | None, moment: str | None) -> None:
    facts = ModelFacts(version=VERSION, flavors=(), time_created="2024-09-01T12:30:00.500000Z")

    assert exclude_newer(given, facts) == moment


@pytest.mark.parametrize("given", ["yesterday", "2025-01-31", "2025-01-31T12:00:00", "2025-13-31T12:00:00Z", ""])
def test_what_is_no_moment_is_refused(given: str) -> None:
    with pytest.raises(InvalidRequestError) as failure:
        exclude_newer(given, FACTS)

    assert str(failure.value) == (
        f"-C exclude-newer: expected 'model' or a time with its offset from UTC, got '{given}'"
    )
    assert failure.value.hint == "Write the time as RFC 3339 has it, such as 2025-01-31T12:00:00Z."
