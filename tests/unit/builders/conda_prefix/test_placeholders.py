"""The prefix is taken out of a file exactly as a placeholder was replaced by it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oci_mlflow_builders.conda_prefix.placeholders import BINARY, OWN, TEXT, taken_out, with_own

PLACEHOLDER, PREFIX = b"/build/placehold_placehold_placehold", b"/opt/env"


def installed(data: bytes, prefix: bytes = PREFIX) -> bytes:
    """What conda makes of a binary file (``conda/core/portability.py``)."""

    def replaced(match: re.Match[bytes]) -> bytes:
        padding = (len(PLACEHOLDER) - len(prefix)) * match.group().count(PLACEHOLDER)
        return match.group().replace(PLACEHOLDER, prefix) + b"\0" * padding

    return re.sub(re.escape(PLACEHOLDER) + b"([^\0]*?)\0", replaced, data)


@pytest.mark.parametrize(
    "original",
    [
        b"\x7fELF\0" + PLACEHOLDER + b"\0",
        b"before\0" + PLACEHOLDER + b"/share\0after",
        PLACEHOLDER + b"/bin:" + PLACEHOLDER + b"/sbin\0\0\0after",
        b"one " + PLACEHOLDER + b"\0two " + PLACEHOLDER + b"\0",
        b"no placeholder\0",
    ],
)
def test_a_binary_gets_its_own_bytes_back(original: bytes) -> None:
    assert taken_out(installed(original), PREFIX, PLACEHOLDER, BINARY) == original


_pieces = st.lists(st.sampled_from([PLACEHOLDER, b"/share", b"text", b"\0", b"\0\0\0", b":"]), max_size=12)


@given(_pieces)
def test_any_binary_of_whole_strings_gets_its_own_bytes_back(pieces: list[bytes]) -> None:
    original = b"".join(pieces) + b"\0"

    assert taken_out(installed(original), PREFIX, PLACEHOLDER, BINARY) == original


@given(_pieces)
def test_a_prefix_as_long_as_the_placeholder_is_taken_out_too(pieces: list[bytes]) -> None:
    original, long = b"".join(pieces) + b"\0", b"/" + b"x" * (len(PLACEHOLDER) - 1)

    assert taken_out(installed(original, long), long, PLACEHOLDER, BINARY) == original


def test_a_binary_with_a_prefix_that_nobody_put_there_is_not_shortened() -> None:
    foreign = b"\0" + PREFIX + b"/lib\0after"

    assert taken_out(foreign, PREFIX, PLACEHOLDER, BINARY) == b"\0" + PLACEHOLDER + b"/lib\0after"


def test_a_prefix_longer_than_the_placeholder_cannot_have_been_put_into_a_binary() -> None:
    data = b"/" + b"x" * 99 + b"\0"

    assert taken_out(data, data[:-1], PLACEHOLDER, BINARY) == data


def test_a_text_gets_its_own_bytes_back() -> None:
    assert taken_out(b"root=/opt/env:/opt/env/lib", PREFIX, b"/ph", TEXT) == b"root=/ph:/ph/lib"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"at /opt/env.", b"at %s."),
        (b"'/opt/env/lib'", b"'%s/lib'"),
        (b"/opt/env", b"%s"),
        (b"/opt/env2/lib", b"/opt/env2/lib"),
        (b"/opt/env-old and /opt/env.bak", b"/opt/env-old and /opt/env.bak"),
    ],
)
def test_a_path_gets_the_own_placeholder_unless_it_is_of_a_longer_name(text: bytes, expected: bytes) -> None:
    assert with_own(text, [PREFIX]) == expected.replace(b"%s", OWN.encode())


def test_the_longest_of_several_paths_is_meant() -> None:
    assert with_own(b"/private/opt/env/x", [PREFIX, b"/private/opt/env"]) == OWN.encode() + b"/x"
