"""The steps of a plan that are about container images."""

from __future__ import annotations

import attrs

from oci_mlflow_core.model.image import ImagePlatform, ImageReference


@attrs.frozen(kw_only=True)
class CheckImage:
    """Look into an image for what the service asks of it, before anything is made."""

    image: ImageReference
    platform: ImagePlatform
    reason: str = "the service asks containers for their health with curl"

    @property
    def title(self) -> str:
        return f"look for curl in the image {self.image}"


@attrs.frozen(kw_only=True)
class BuildImage:
    """Build the environment, make the image and push it; skipped where the image turns out to be there."""

    #: The image builder, and the environment builder.
    builder: str
    environment_builder: str
    reason: str
    #: What it will be called; without a tag while the lock is not known.
    image: ImageReference

    @property
    def title(self) -> str:
        return f"make the image {self.image} with {self.builder} (environment: {self.environment_builder}) and push it"


@attrs.frozen(kw_only=True)
class UseImage:
    """Use an image that is in its registry already."""

    image: ImageReference
    reason: str

    @property
    def title(self) -> str:
        return f"use the image {self.image}"
