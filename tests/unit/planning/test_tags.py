"""Tags that OCI would not take, told before anything is made."""

from __future__ import annotations

import pytest

from oci_mlflow_core.errors import InvalidRequestError
from oci_mlflow_core.model.deployment import MODEL_URI_TAG, PACK_TAG, RUN_TAG
from oci_mlflow_core.planning.tags import check_tags

OWN = {MODEL_URI_TAG: "models:/fraud/1", RUN_TAG: "run"}


def test_as_many_as_there_can_be() -> None:
    check_tags({**OWN, **{f"tag{number}": "" for number in range(8)}})


def test_one_too_many() -> None:
    with pytest.raises(InvalidRequestError) as failure:
        check_tags({**OWN, **{f"tag{number}": "" for number in range(9)}})

    assert str(failure.value) == (
        "spec.freeformTags: 9 tags are too many: a deployment can have 10, and 2 are needed for what it serves "
        "(mlflow_model_uri, oci_mlflow_run)"
    )
    assert failure.value.hint == "Keep at most 8, or use definedTags."


@pytest.mark.parametrize(
    ("key", "hint"),
    [
        (MODEL_URI_TAG, "Register the model, or shorten the path."),
        (PACK_TAG, "Give spec.runtime.spec.uri a shorter destination, name or version."),
    ],
)
def test_a_value_of_the_projects_own_that_is_too_long(key: str, hint: str) -> None:
    value = "x" * 257

    with pytest.raises(InvalidRequestError) as failure:
        check_tags({**OWN, key: value})

    assert str(failure.value) == (
        f"'{value}' is too long to be kept in the tag '{key}' of the deployment: at most 256 characters"
    )
    assert failure.value.hint == hint


def test_a_value_that_just_fits() -> None:
    check_tags({**OWN, PACK_TAG: "x" * 256})
