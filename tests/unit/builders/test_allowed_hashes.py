"""A lock holds no file that the model's environment files exclude by its hash."""

from __future__ import annotations

import pytest
from oci_mlflow_builders.uv.allowed_hashes import only_allowed

from oci_mlflow_core.errors import UnsolvableEnvironmentError
from oci_mlflow_core.model.environment import EnvironmentRequest, LockedRequirement

_TINY = LockedRequirement(name="tiny", version="1.0", hashes=("sha256:aa", "sha256:bb"))


def _asking(*hashes: str) -> EnvironmentRequest:
    return EnvironmentRequest(python="3.11.7", pip=("tiny==1.0",), hashes=(("tiny", hashes),))


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        (("sha256:bb",), ("sha256:bb",)),
        (("sha256:bb", "sha256:dd"), ("sha256:bb",)),
        (("sha256:bb", "sha256:aa"), ("sha256:aa", "sha256:bb")),
        (("sha256:BB",), ("sha256:bb",)),
        (("sha512:ee",), ("sha512:ee",)),
        (("sha512:ee", "sha256:aa"), ("sha256:aa", "sha512:ee")),
    ],
    ids=" ".join,
)
def test_hashes_are_those_that_are_both_locked_and_asked_for(asked: tuple[str, ...], kept: tuple[str, ...]) -> None:
    narrowed = only_allowed([_TINY], _asking(*asked))

    assert narrowed == (LockedRequirement(name="tiny", version="1.0", hashes=kept),)


def test_packages_without_asked_hashes_keep_theirs() -> None:
    other = LockedRequirement(name="other", version="2.0", hashes=("sha256:cc",))

    assert only_allowed([other], _asking("sha256:bb")) == (other,)


def test_a_package_of_which_no_file_is_allowed_is_named() -> None:
    with pytest.raises(UnsolvableEnvironmentError) as caught:
        only_allowed([_TINY], _asking("sha256:cc", "sha256:dd"))

    assert str(caught.value) == (
        "the uv builder failed to lock the environment: tiny 1.0 was chosen, and no file of it has one of the hashes "
        "that the model's environment files allow (--hash)"
    )
    assert caught.value.hint == (
        "Pin the version that the hashes belong to with '==', or give the hashes of the files that are there now."
    )


def test_a_commit_has_no_hash_that_could_be_compared() -> None:
    commit = LockedRequirement(name="tiny", version="0123abc", url="git+https://host/tiny.git@0123abc")

    with pytest.raises(UnsolvableEnvironmentError) as caught:
        only_allowed([commit], _asking("sha256:bb"))

    assert caught.value.reason == (
        "tiny 0123abc comes from a repository and has no hash, and the model's environment files allow only files of "
        "certain hashes (--hash)"
    )
    assert caught.value.hint == "Take --hash from the requirement; the commit 0123abc says what it is."
