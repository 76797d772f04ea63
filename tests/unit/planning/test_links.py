"""What the registry is told about where a version is served."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mlflow.utils.validation import _validate_model_version_tag

from oci_mlflow_core.model.deployment import Deployment, LifecycleState
from oci_mlflow_core.planning.links import is_linked, link_tags, unlink_keys


def deployment(name: str = "fraud", ocid: str = "ocid1.one") -> Deployment:
    return Deployment(id=ocid, name=name, state=LifecycleState.ACTIVE, url="https://one", model_id="ocid1.model")


def test_a_version_has_the_keys_of_oci_mlflow_and_one_set_for_the_deployment() -> None:
    assert link_tags(deployment()) == {
        "model-ocid": "ocid1.model",
        "model-deployment-ocid": "ocid1.one",
        "model-deployment-endpoint": "https://one",
        "model-ocid.fraud": "ocid1.model",
        "model-deployment-ocid.fraud": "ocid1.one",
        "model-deployment-endpoint.fraud": "https://one",
    }


@given(name=st.text(min_size=1, max_size=255))
def test_mlflow_takes_the_tags_of_any_name(name: str) -> None:
    for key, value in link_tags(deployment(name)).items():
        _validate_model_version_tag(key, value)


@pytest.mark.parametrize("other", ["a_b", "a:b", "a?b"])
def test_names_that_differ_in_what_mlflow_does_not_take_are_kept_apart(other: str) -> None:
    assert link_tags(deployment("a/b")).keys() & link_tags(deployment(other)).keys() == link_tags(
        deployment()
    ).keys() & {
        "model-ocid",
        "model-deployment-ocid",
        "model-deployment-endpoint",
    }


def test_long_names_that_differ_at_their_end_are_kept_apart() -> None:
    one, other = link_tags(deployment("n" * 254 + "1")), link_tags(deployment("n" * 254 + "2"))

    assert len(one.keys() & other.keys()) == 3


def test_everything_that_speaks_of_the_deployment_is_taken_off() -> None:
    tags = {**link_tags(deployment()), "team": "risk"}

    assert set(unlink_keys(deployment(), tags)) == tags.keys() - {"team"}


def test_the_keys_of_oci_mlflow_stay_when_they_speak_of_a_later_deployment() -> None:
    tags = {**link_tags(deployment()), **link_tags(deployment("theft", "ocid1.two"))}

    assert set(unlink_keys(deployment(), tags)) == {
        "model-ocid.fraud",
        "model-deployment-ocid.fraud",
        "model-deployment-endpoint.fraud",
    }


def test_the_set_of_another_deployment_of_that_name_stays() -> None:
    assert unlink_keys(deployment(), link_tags(deployment("fraud", "ocid1.two"))) == ()


def test_tags_that_were_written_under_an_earlier_name_are_found() -> None:
    tags = link_tags(deployment("before"))

    assert set(unlink_keys(deployment("after"), tags)) == set(tags)
    assert is_linked(deployment("after"), tags)


def test_a_version_that_names_another_deployment_is_not_linked() -> None:
    assert not is_linked(deployment(), link_tags(deployment("fraud", "ocid1.two")))
    assert not is_linked(deployment(), {"model-deployment-ocidx": "ocid1.one"})
