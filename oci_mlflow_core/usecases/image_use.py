"""An image that the user has: looked up in its registry before anything is made."""

from __future__ import annotations

import attrs

from oci_mlflow_core.errors import RegistryRefusedError, UnavailableError
from oci_mlflow_core.model.image import ImageFacts, ImagePlatform
from oci_mlflow_core.planning.environment_target import platform_of
from oci_mlflow_core.planning.image_checks import (
    IMAGE_PATH,
    WantedImage,
    check_curl,
    check_image,
    check_tag,
    notes_on,
)
from oci_mlflow_core.planning.image_steps import CheckImage, UseImage
from oci_mlflow_core.ports.image_registry import ImageRegistry
from oci_mlflow_core.ports.progress_sink import Step
from oci_mlflow_core.spec.infrastructure import Infrastructure
from oci_mlflow_core.spec.loaded import LoadedSpec
from oci_mlflow_core.spec.runtime import ContainerRuntime
from oci_mlflow_core.usecases.ports import Ports
from oci_mlflow_core.usecases.sizes import told_size


@attrs.frozen(kw_only=True)
class ImageUse:
    """What was found out about the image, and the steps that follow from it."""

    steps: tuple[CheckImage | UseImage, ...] = ()
    notes: tuple[str, ...] = ()


def draft_image_use(
    ports: Ports, container: ContainerRuntime, infrastructure: Infrastructure | None, loaded: LoadedSpec
) -> ImageUse:
    """Looks at what the image's registry says of it.

    A registry that cannot be asked from here is told in a note: the service asks it itself, with other rights. On this
    machine the engine knows the images that it has.

    Raises:
        InvalidRequestError: The service would not run the image.
    """
    wanted = WantedImage.of(
        container,
        platform=ImagePlatform.of(platform_of(infrastructure)),
        region=ports.target.region,
        place=loaded.where(IMAGE_PATH) if IMAGE_PATH in loaded.mentioned else "",
    )
    if wanted is None or ports.images is None or not ports.service_descriptor.shared:
        return ImageUse()
    try:
        facts = _looked_up(ports.images.registry, wanted)
    except (RegistryRefusedError, UnavailableError) as obstacle:
        return ImageUse(notes=(f"the image {wanted.reference} is not checked beforehand: {obstacle}",))
    check = CheckImage(image=wanted.reference, platform=wanted.platform)
    use = UseImage(image=wanted.reference, reason=f"{facts.digest}, {told_size(facts.size)}")
    return ImageUse(steps=(check, use), notes=notes_on(wanted, facts))


def _looked_up(registry: ImageRegistry, wanted: WantedImage) -> ImageFacts:
    reference = wanted.reference
    facts = registry.inspect(attrs.evolve(reference, tag="") if reference.digest else reference, wanted.platform)
    check_image(wanted, facts)
    if facts is None:
        raise AssertionError(wanted)
    if reference.tag and reference.digest:
        by_tag = reference.tagged(reference.tag)
        of_tag = registry.inspect(by_tag, wanted.platform)
        agrees = of_tag is None or of_tag.digest == reference.digest
        check_tag(wanted, of_tag, None if agrees else registry.resolve(by_tag, wanted.platform))
    return facts


def take_check(ports: Ports, planned: CheckImage, step: Step) -> None:
    """Looks into the image's layers.

    Raises:
        InvalidRequestError: ``curl`` is not in it.
        RegistryRefusedError: The user may not read it.
        UnavailableError: Its registry does not answer.
    """
    if ports.images is None:
        raise AssertionError(planned)
    step.says("reading the lists of files of its layers")
    by_digest = attrs.evolve(planned.image, tag="") if planned.image.digest else planned.image
    facts = ports.images.registry.inspect(by_digest, planned.platform, curl=True)
    wanted = WantedImage(container=ContainerRuntime(), reference=planned.image, platform=planned.platform, region=None)
    for note in check_curl(wanted, facts):
        ports.progress.note(note)
    step.done("curl is there" if facts and facts.has_curl else "not known")
