"""Values that other parts of the core read again."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oci_mlflow_core.errors import SpecError
from oci_mlflow_core.model.pack import ObjectLocation
from oci_mlflow_core.spec.reading import empty_spec
from oci_mlflow_core.spec.values import DESTINATION, PACK_URI

_PATHS = st.lists(st.sampled_from(["/", ".", "..", "a", "b c", "@", "\n", "é"]), max_size=6).map("".join)
_URIS = st.builds("{}{}{}".format, st.sampled_from(["oci://", "oci:/", ""]), st.sampled_from(["b@n", "b", "@"]), _PATHS)


@given(_URIS)
def test_each_destination_that_is_allowed_is_a_location(uri: str) -> None:
    if DESTINATION.allows(uri):
        assert ObjectLocation.parse(uri).namespace


@given(_URIS)
def test_each_pack_uri_that_is_allowed_is_a_location_with_a_path(uri: str) -> None:
    if uri.startswith("oci:") and PACK_URI.allows(uri):
        assert ObjectLocation.parse(uri).path


@pytest.mark.parametrize("uri", ["oci://b@n", "oci://b@n/", "oci://b@n/a", "oci://b@n//a/b...c/.d/..e//"])
def test_a_bucket_and_anything_below_it_are_destinations(uri: str) -> None:
    assert DESTINATION.allows(uri)
    assert re.search(DESTINATION.schema["pattern"], uri)


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        ("uri.destination", "/tmp/x", "oci://<bucket>@<namespace>/<path>"),
        ("uri.destination", "oci://b@n/..", "a path without empty, '.' or '..' parts after the bucket"),
        ("uri", "oci://b@n/a/../b", "a path without empty, '.' or '..' parts after the bucket"),
    ],
)
def test_an_option_that_is_no_location_is_told_so(path: str, value: str, expected: str, tmp_path: Path) -> None:
    option = f"spec.runtime.spec.{path}"

    with pytest.raises(SpecError) as caught:
        empty_spec({option: value}, {}, tmp_path)

    assert str(caught.value) == f"-C {option}: expected {expected}, got '{value}'"
