"""Which image an environment is built in."""

from __future__ import annotations

import pytest
from oci_mlflow_builders.docker.images import image_for

from oci_mlflow_core.model.environment import BuildSettings, EnvironmentRequest


def _request(*, gpu: bool = False, image: str | None = None) -> EnvironmentRequest:
    return EnvironmentRequest(python="3.11", pip=(), gpu=gpu, settings=BuildSettings(builder_image=image))


@pytest.mark.parametrize(("gpu", "name"), [(False, "ml-job"), (True, "ml-job-gpu")])
def test_it_is_the_services_job_image_where_nobody_names_one(name: str, *, gpu: bool) -> None:
    assert image_for(_request(gpu=gpu), {}).name == name


def test_the_deployment_files_image_comes_before_the_environments() -> None:
    environ = {"OCI_MLFLOW_BUILDER_IMAGE": "of-the-environment"}

    assert image_for(_request(image="of-the-file"), environ).name == "of-the-file"
    assert image_for(_request(gpu=True), environ).name == "of-the-environment"


def test_the_hint_says_how_to_build_the_job_image() -> None:
    assert image_for(_request(gpu=True), {}).hint == (
        "Build it (pip install 'oracle-ads[opctl]' && ads opctl build-image --gpu job-local), or let "
        "spec.runtime.spec.builderImage or OCI_MLFLOW_BUILDER_IMAGE name any image that has conda, mamba or micromamba."
    )


def test_the_hint_for_an_image_that_was_named_is_to_get_it() -> None:
    assert image_for(_request(image="mine:1"), {}).hint == (
        "Pull or build it, or name another one: spec.runtime.spec.builderImage, or OCI_MLFLOW_BUILDER_IMAGE."
    )
