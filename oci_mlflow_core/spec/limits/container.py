"""Rules about container images."""

from __future__ import annotations

from collections.abc import Iterator

from oci_mlflow_core.spec.limits.told import RUNTIME, Complaint, Told
from oci_mlflow_core.spec.runtime import ContainerRuntime, ImageBuild

_MOST_BYTES = 2048


def commands_are_short(told: Told) -> Iterator[Complaint]:
    """The command (cmd and entrypoint) takes less than 2048 bytes.

    Source: docstrings of cmd and entrypoint in
    oci.data_science.models.OcirModelDeploymentEnvironmentConfigurationDetails.
    """
    runtime = told.spec.runtime
    if not isinstance(runtime, ContainerRuntime):
        return
    words = (*(runtime.cmd or ()), *(runtime.entrypoint or ()))
    size = sum(len((word or "").encode()) for word in words)
    if size >= _MOST_BYTES:
        path = f"{RUNTIME}.{'cmd' if runtime.cmd else 'entrypoint'}"
        yield Complaint(path, f"expected cmd and entrypoint of less than {_MOST_BYTES} bytes together, got {size}")


def digests_agree(told: Told) -> Iterator[Complaint]:
    """A digest in image is the one in imageDigest.

    Source: docstrings of image and image_digest in the same class.
    """
    runtime = told.spec.runtime
    if not isinstance(runtime, ContainerRuntime) or runtime.image is None or runtime.image_digest is None:
        return
    if isinstance(runtime.image, ImageBuild):
        yield Complaint(f"{RUNTIME}.imageDigest", "the digest of an image that is made follows from it; leave this out")
        return
    _, at, digest = runtime.image.partition("@")
    if at and digest != runtime.image_digest:
        yield Complaint(f"{RUNTIME}.imageDigest", "this is not the digest that image names")


def builders_belong_to_images_that_are_made(told: Told) -> Iterator[Complaint]:
    """What says how an image is made says nothing about one that is there.

    Source: the keys' own descriptions; OCI makes no images.
    """
    runtime = told.spec.runtime
    if not isinstance(runtime, ContainerRuntime) or not isinstance(runtime.image, str):
        return
    for name in ("imageBuilder", "builder", "builderImage", "channelAlias", "glibc"):
        if f"{RUNTIME}.{name}" in told.mentioned:
            yield Complaint(
                f"{RUNTIME}.{name}", "nothing is made where image names one that is there; image as a mapping is made"
            )


def an_image_that_is_made_answers_on_one_port(told: Told) -> Iterator[Complaint]:
    """The server in an image that is made listens on one port, for predictions and for the health check.

    Source: the command of that server; OCI itself would take two ports.
    """
    runtime = told.spec.runtime
    if not isinstance(runtime, ContainerRuntime) or not isinstance(runtime.image, ImageBuild):
        return
    ports = (runtime.server_port, runtime.health_check_port)
    if None not in ports and ports[0] != ports[1]:
        yield Complaint(
            f"{RUNTIME}.healthCheckPort", f"expected serverPort, {ports[0]}: an image that is made answers on one port"
        )
