"""Rules about container images."""

from __future__ import annotations

from collections.abc import Iterator

from oci_mlflow_core.spec.limits.told import RUNTIME, Complaint, Told
from oci_mlflow_core.spec.runtime import ContainerRuntime

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
    _, at, digest = runtime.image.partition("@")
    if at and digest != runtime.image_digest:
        yield Complaint(f"{RUNTIME}.imageDigest", "this is not the digest that image names")
