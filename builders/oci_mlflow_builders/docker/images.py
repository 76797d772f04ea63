"""Which image an environment is built in.

Source: ADS documentation, "Build Development Container Image": ``ads opctl build-image job-local`` makes the image
``ml-job``, with ``--gpu`` ``ml-job-gpu``; both resemble what the service runs jobs and deployments in.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Final

import attrs

from oci_mlflow_builders.docker.engine import Engine, error
from oci_mlflow_core.model.environment import EnvironmentRequest
from oci_mlflow_core.ports.progress_sink import Step

#: Names the image where the deployment file does not.
VARIABLE: Final = "OCI_MLFLOW_BUILDER_IMAGE"
_PATH: Final = "spec.runtime.spec.builderImage"
JOB_IMAGE: Final = "ml-job"
JOB_IMAGE_GPU: Final = "ml-job-gpu"


@attrs.frozen
class BuilderImage:
    """The name of an image, and how somebody gets it who has it not."""

    name: str
    hint: str


def image_for(request: EnvironmentRequest, environ: Mapping[str, str] = os.environ) -> BuilderImage:
    """The image that the user names, else the service's Job image, with CUDA for a GPU environment."""
    named = request.settings.builder_image or environ.get(VARIABLE, "").strip()
    if named:
        return BuilderImage(named, f"Pull or build it, or name another one: {_PATH}, or {VARIABLE}.")
    name, option = (JOB_IMAGE_GPU, " --gpu") if request.gpu else (JOB_IMAGE, "")
    return BuilderImage(
        name,
        f"Build it (pip install 'oracle-ads[opctl]' && ads opctl build-image{option} job-local), or let {_PATH} "
        f"or {VARIABLE} name any image that has conda, mamba or micromamba.",
    )


def provide(engine: Engine, image: BuilderImage, platform: str, step: Step) -> None:
    """Sees that the engine has the image, and pulls it where it has not.

    Raises:
        BuildError: It is not there and cannot be pulled.
    """
    if engine.image_is_there(image.name):
        return
    step.says(f"pulling the image {image.name}")
    refusal = engine.pull(image.name, platform)
    if refusal is not None:
        raise error(
            f"the image {image.name} is not in the engine at {engine.host}, and pulling it failed: {refusal}",
            image.hint,
        )
