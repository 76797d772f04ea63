"""Pythons that nobody mends any more."""

from __future__ import annotations

from packaging.specifiers import SpecifierSet

from oci_mlflow_core.planning.environment.asked_python import minors_of

#: Source: Python Developer's Guide, "Status of Python versions".
_ENDS = {
    5: "September 2020",
    6: "December 2021",
    7: "June 2023",
    8: "October 2024",
    9: "October 2025",
    10: "October 2026",
}


def end_of_life_note(python: SpecifierSet) -> tuple[str, ...]:
    """One note where every Python that the specifier allows has had its last fix."""
    newest = max(minors_of(python))
    return (f"Python 3.{newest} gets no security fixes after {_ENDS[newest]}",) if newest in _ENDS else ()
