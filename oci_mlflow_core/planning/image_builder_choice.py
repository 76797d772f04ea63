"""Which image builder makes an image: the one that was asked for, else the best that can."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from oci_mlflow_core.errors import ImageBuilderUnavailableError, NoSuchImageBuilderError
from oci_mlflow_core.hookspecs import ImageBuilderDescriptor
from oci_mlflow_core.model.image import ImagePlatform

_HINT = "Install one of the tools named above, or name an image that is in OCIR in spec.runtime.spec.image."


@attrs.frozen
class ImageBuilderChoice:
    """The chosen image builder and why it was chosen."""

    descriptor: ImageBuilderDescriptor
    reason: str


def choose_image_builder(
    builders: Iterable[ImageBuilderDescriptor], platform: ImagePlatform, pinned: str | None
) -> ImageBuilderChoice:
    """The image builder for that platform.

    Raises:
        NoSuchImageBuilderError: `pinned` is not installed.
        ImageBuilderUnavailableError: The pinned builder, or every builder, is unusable here or makes no such images.
    """
    ranked = sorted(builders, key=lambda descriptor: (descriptor.rank, descriptor.name))
    if pinned is not None and pinned not in {descriptor.name for descriptor in ranked}:
        raise NoSuchImageBuilderError(pinned, tuple(descriptor.name for descriptor in ranked))
    reasons: list[tuple[str, str]] = []
    for descriptor in ranked:
        if pinned not in {None, descriptor.name}:
            continue
        obstacle = descriptor.refuses(platform) or descriptor.unusable()
        if obstacle is None:
            return ImageBuilderChoice(descriptor, "asked for" if pinned else _why(descriptor, reasons))
        reasons.append((descriptor.name, obstacle))
    raise ImageBuilderUnavailableError(f"a container image for {platform}", tuple(reasons), _HINT)


def _why(descriptor: ImageBuilderDescriptor, passed_over: list[tuple[str, str]]) -> str:
    if not passed_over:
        return descriptor.summary[:1].lower() + descriptor.summary[1:]
    return "; ".join(f"not {name}: {reason}" for name, reason in passed_over)
