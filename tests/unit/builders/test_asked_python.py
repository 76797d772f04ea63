"""Which Pythons a request is content with."""

from __future__ import annotations

import pytest
from oci_mlflow_builders.pythons.asked import AskedPython, Fit


@pytest.mark.parametrize(
    ("asked", "version", "fit"),
    [
        ("3.11.7", "3.11.7", Fit.EXACT),
        ("3.11.7", "3.11.2", Fit.SAME_MINOR),
        ("3.11.7", "3.12.7", Fit.NONE),
        ("3.11", "3.11.2", Fit.EXACT),
        ("3.10", "3.1.0", Fit.NONE),
        ("==3.11.*", "3.11.0", Fit.EXACT),
        (">=3.9,<3.12", "3.11.9", Fit.EXACT),
        (">=3.9,<3.12", "3.12.0", Fit.NONE),
        (">=3.11.5,<3.12", "3.11.2", Fit.SAME_MINOR),
        ("~=3.10.4", "3.10.13", Fit.EXACT),
    ],
)
def test_versions_fit_or_not(asked: str, version: str, fit: Fit) -> None:
    assert fit is AskedPython.parse(asked).fit(version)


def test_minor_versions_are_listed_newest_first() -> None:
    assert AskedPython.parse(">=3.9,<3.12").minors == ("3.11", "3.10", "3.9")


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ("three", "'three' is neither a Python version nor a specifier such as '>=3.9,<3.12'"),
        ("2.7.18", "no Python 3 is '2.7.18'"),
        (">3.12,<3.11", "no Python 3 is '>3.12,<3.11'"),
    ],
)
def test_what_no_python_can_be_is_refused(asked: str, message: str) -> None:
    with pytest.raises(ValueError) as caught:
        AskedPython.parse(asked)

    assert message == str(caught.value)
