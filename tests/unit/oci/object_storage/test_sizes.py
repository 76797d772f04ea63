"""How large the parts of an object are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oci_mlflow_plugin.adapters.oci.object_storage.sizes import MOST_PARTS, Sizes, ranges


@pytest.mark.parametrize(("size", "one_call"), [(0, True), (100, True), (101, False)])
def test_what_is_no_larger_than_a_part_goes_in_one_call(*, size: int, one_call: bool) -> None:
    assert Sizes(part=100).is_one_call(size) is one_call


@given(st.integers(0, 10 << 40))
def test_no_object_has_more_parts_than_oci_takes(size: int) -> None:
    part = Sizes().part_of(size)

    assert -(-size // part) <= MOST_PARTS


@given(st.integers(0, 10 << 30))
def test_the_part_is_the_usual_one_as_long_as_that_is_enough(size: int) -> None:
    assert Sizes().part_of(size) == Sizes().part


@given(st.integers(0, 10_000), st.integers(1, 100))
def test_ranges_follow_each_other_and_make_the_whole(size: int, part: int) -> None:
    found = ranges(size, part)

    assert [offset for offset, _ in found] == [number * part for number in range(len(found))]
    assert sum(length for _, length in found) == size
    assert all(0 < length <= part for _, length in found)
