"""A request's Python in conda's words."""

from __future__ import annotations

import pytest
from oci_mlflow_builders.locking.python_spec import python_spec, series_of


@pytest.mark.parametrize(
    ("text", "spec"),
    [
        ("3.11.7", "python ==3.11.7"),
        ("3.11", "python 3.11.*"),
        ("==3.11.*", "python 3.11.*"),
        (">=3.9,<3.12", "python <3.12,>=3.9"),
        ("!=3.11.4,==3.11.*", "python !=3.11.4,3.11.*"),
    ],
)
def test_versions_and_bounds_are_translated(text: str, spec: str) -> None:
    assert python_spec(text) == spec


@pytest.mark.parametrize(("text", "spec"), [("3.11.7", "python 3.11.*"), ("3.11", None), (">=3.9", None)])
def test_one_patch_version_has_a_series(text: str, spec: str | None) -> None:
    assert series_of(text) == spec


def test_what_is_no_version_is_refused() -> None:
    with pytest.raises(ValueError, match="'eleven' is neither a Python version nor a specifier"):
        python_spec("eleven")
