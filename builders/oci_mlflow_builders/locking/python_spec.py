"""The Python of a request in conda's words."""

from __future__ import annotations

from packaging.specifiers import Specifier
from packaging.version import InvalidVersion, Version

from oci_mlflow_builders.pythons.asked import AskedPython

#: Parts of a version that names one release: major, minor and patch.
_FULL = 3


def python_spec(text: str) -> str:
    """``python ==3.11.7`` for ``3.11.7``, ``python 3.11.*`` for ``==3.11.*``, else the same bounds.

    Raises:
        ValueError: It is neither a version nor a specifier, or no Python 3 can be meant.
    """
    asked = AskedPython.parse(text)
    clauses = sorted(_clause(each) for each in asked.specifiers)
    return f"python {','.join(clauses)}"


def series_of(text: str) -> str | None:
    """``python 3.11.*`` where exactly one patch version of 3.11 is asked for, else None."""
    try:
        release = Version(text).release
    except InvalidVersion:
        return None
    return f"python {release[0]}.{release[1]}.*" if len(release) >= _FULL else None


def _clause(specifier: Specifier) -> str:
    if specifier.operator in {"==", "==="} and specifier.version.endswith(".*"):
        return specifier.version
    operator = "==" if specifier.operator == "===" else specifier.operator
    return f"{operator}{specifier.version}"
