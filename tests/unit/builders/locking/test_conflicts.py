"""What rattler's solver draws becomes sentences."""

from __future__ import annotations

import pytest
from oci_mlflow_builders.locking.conflicts import chain_of, missing_specs, needed_of_target

_TARGET = {"__unix": "0", "__linux": "4.18", "__glibc": "2.28"}


def test_two_wishes_that_exclude_each_other_are_told_with_what_they_need() -> None:
    complaint = """Cannot solve the request because of: The following packages are incompatible
├─ mid * can be installed with any of the following options:
│  └─ mid 1.0 would require
│     └─ numpy <2, which can be installed with any of the following options:
│        └─ numpy 1.26.4
└─ pandas * cannot be installed because there are no viable options:
   └─ pandas 2.2.1 | 2.2.2 would require
      └─ numpy >=2.0, which cannot be installed because there are no viable options:
         └─ numpy 2.1.0, which conflicts with the versions reported above.
"""

    assert chain_of(complaint, _TARGET) == (
        "mid is asked for",
        "  mid 1.0 needs numpy <2",
        "    numpy 1.26.4 fits",
        "pandas is asked for",
        "  pandas 2.2.1 | 2.2.2 needs numpy >=2.0",
        "    numpy 2.1.0 does not go with what is said above",
    )


def test_a_chain_that_ends_in_nothing_says_so() -> None:
    complaint = """Cannot solve the request because of: scipy * cannot be installed because there are no viable options:
└─ scipy 1.11 would require
   └─ python 3.10.*, for which no candidates were found.
"""

    assert chain_of(complaint, _TARGET) == (
        "scipy is asked for",
        "  scipy 1.11 needs python 3.10.*, which nothing meets that the other requirements and the channels leave",
    )


def test_a_constraint_is_told_as_one() -> None:
    complaint = """Cannot solve the request because of: The following packages are incompatible
├─ numpy >=2 can be installed with any of the following options:
│  └─ numpy 2.0.1
└─ old * cannot be installed because there are no viable options:
   └─ old 1.0 would constrain
      └─ numpy <2, which conflicts with any installable versions previously reported
"""

    assert chain_of(complaint, _TARGET)[2:] == (
        "old is asked for",
        "  old 1.0 allows only numpy <2, which contradicts what is said above",
    )


@pytest.mark.parametrize(
    ("needs", "told"),
    [
        ("__glibc >=2.34", "glibc >=2.34, and the target has glibc 2.28"),
        ("__cuda >=12", "cuda >=12, and the target has no cuda"),
        ("__osx >=11", "osx >=11, and the target has no osx"),
    ],
)
def test_what_the_target_lacks_is_told(needs: str, told: str) -> None:
    complaint = (
        "Cannot solve the request because of: x * cannot be installed because there are no viable options:\n"
        f"└─ x 1.0 would require\n   └─ {needs}, for which no candidates were found.\n"
    )

    assert chain_of(complaint, _TARGET)[1] == f"  x 1.0 needs {told}"
    assert needed_of_target(complaint, _TARGET) == (needs.partition(" ")[0],)


def test_what_is_left_out_is_told_with_the_reason() -> None:
    complaint = """Cannot solve the request because of: The following packages are incompatible
└─ six * cannot be installed because there are no viable options:
   └─ six 1.16.0 is excluded because the package is uploaded after the cutoff date of 2020-01-01 00:00:00
"""

    assert chain_of(complaint, _TARGET)[1] == "  six 1.16.0 is left out: it was uploaded after 2020-01-01"


def test_a_wish_that_nothing_meets_is_found() -> None:
    complaint = "Cannot solve the request because of: No candidates were found for sixx *.\n"

    assert missing_specs(complaint) == ("sixx",)
