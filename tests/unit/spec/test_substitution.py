from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oci_mlflow_core.spec.substitution import Substituted, substituted

ENVIRON = {"NAME": "value", "EMPTY": "", "NESTED": "${NAME}", "_a1": "x"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", Substituted("plain")),
        ("${NAME}", Substituted("value", ("NAME",))),
        ("a${NAME}b${_a1}c", Substituted("avaluebxc", ("NAME", "_a1"))),
        ("${NAME}${NAME}", Substituted("valuevalue", ("NAME",))),
        ("${EMPTY}", Substituted("", ("EMPTY",))),
        ("${EMPTY:-other}", Substituted("other", ("EMPTY",))),
        ("${UNSET:-other}", Substituted("other", ("UNSET",))),
        ("${UNSET:-}", Substituted("", ("UNSET",))),
        ("${NAME:-other}", Substituted("value", ("NAME",))),
        ("${UNSET:-a:-b}", Substituted("a:-b", ("UNSET",))),
        ("$${NAME}", Substituted("${NAME}")),
        ("$${NAME} ${NAME}", Substituted("${NAME} value", ("NAME",))),
        ("$NAME and $$", Substituted("$NAME and $$")),
        ("${NESTED}", Substituted("${NAME}", ("NESTED",))),
    ],
)
def test_references_become_values(text: str, expected: Substituted) -> None:
    assert expected == substituted(text, ENVIRON)


def test_an_unset_variable_is_named() -> None:
    found = substituted("${UNSET} ${UNSET} ${OTHER}", ENVIRON)

    assert found.faults == (
        "the environment variable UNSET is not set; ${UNSET:-default} gives it a default",
        "the environment variable OTHER is not set; ${OTHER:-default} gives it a default",
    )


@pytest.mark.parametrize("text", ["${", "${}", "${1}", "${A B}", "${A", "${A:}", "${-x}"])
def test_a_reference_that_is_none_is_told(text: str) -> None:
    found = substituted(text, {"A": "a"})

    assert found.faults == ("'${' begins no ${NAME} or ${NAME:-default}; write '$${' for a literal '${'",)


@given(st.text())
def test_escaped_text_comes_back_as_it_was(text: str) -> None:
    assert substituted(text.replace("${", "$${"), {}).text.replace("$${", "${") == text.replace("$${", "${")
