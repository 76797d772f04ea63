"""What uv writes is read into a lock."""

from __future__ import annotations

import pytest
from oci_mlflow_builders.uv.locked_text import read_locked

from oci_mlflow_core.model.environment import LockedRequirement


def test_pins_are_read_with_their_hashes_sorted_by_name() -> None:
    text = (
        "# a comment\nzope-interface==6.0 \\\n    --hash=sha256:bb \\\n    --hash=sha256:aa\n    # via x\n"
        "--find-links file:///x\nAttrs==23.1.0 ; python_version >= '3' \\\n    --hash=sha256:cc\n"
    )

    assert read_locked(text) == (
        LockedRequirement(name="attrs", version="23.1.0", hashes=("sha256:cc",)),
        LockedRequirement(name="zope-interface", version="6.0", hashes=("sha256:aa", "sha256:bb")),
    )


@pytest.mark.parametrize(
    ("line", "version", "url"),
    [
        ("a @ https://me:word@host/a-1.2-py3-none-any.whl", "1.2", "https://host/a-1.2-py3-none-any.whl"),
        ("a @ https://host/a-1.2.tar.gz", "1.2", "https://host/a-1.2.tar.gz"),
        ("a @ https://host/archive/main.zip", "", "https://host/archive/main.zip"),
        ("a @ git+https://host/a.git@0123abc", "0123abc", "git+https://host/a.git@0123abc"),
    ],
)
def test_direct_references_keep_their_url_and_lose_their_credentials(line: str, version: str, url: str) -> None:
    assert (LockedRequirement(name="a", version=version, url=url),) == read_locked(line)


def test_a_line_that_means_nothing_is_an_error() -> None:
    with pytest.raises(ValueError, match="uv wrote a line that is no requirement: what is this"):
        read_locked("what is this")
