"""An image that is made from the model: what has to be done for it."""

from __future__ import annotations

import attrs

from oci_mlflow_core.errors import BuilderUnavailableError, InvalidRequestError
from oci_mlflow_core.model.artifact import ModelFacts
from oci_mlflow_core.model.environment import Lock, Platform
from oci_mlflow_core.model.image import RECIPE_LABEL, TAG_DIGITS, ImagePlatform, ImageRecipe, ImageReference
from oci_mlflow_core.model.options import CommandOptions
from oci_mlflow_core.planning.builder_choice import builder_for_lock, choose_builder
from oci_mlflow_core.planning.containers import port_of
from oci_mlflow_core.planning.environment import environment_request
from oci_mlflow_core.planning.environment_target import environment_target, platform_of
from oci_mlflow_core.planning.image_builder_choice import ImageBuilderChoice, choose_image_builder
from oci_mlflow_core.planning.image_checks import IMAGE_PATH
from oci_mlflow_core.planning.image_steps import BuildImage, UseImage
from oci_mlflow_core.planning.naming import image_name
from oci_mlflow_core.planning.plan import LockEnvironment
from oci_mlflow_core.spec.loaded import LoadedSpec
from oci_mlflow_core.spec.runtime import ContainerRuntime, ImageBuild
from oci_mlflow_core.usecases.environment import EnvironmentDraft, locked_anew, notes_on_lock
from oci_mlflow_core.usecases.environment_lock import kept_lock, lock_of_options
from oci_mlflow_core.usecases.ports import ImagePorts, Ports

#: Small, well kept, and has curl.
DEFAULT_BASE = "container-registry.oracle.com/os/oraclelinux:9-slim"
_SAME_MACHINE = {Platform.OSX_64: Platform.LINUX_64, Platform.OSX_ARM64: Platform.LINUX_AARCH64}

ImageStep = LockEnvironment | BuildImage | UseImage


@attrs.frozen(kw_only=True)
class ImageDraft:
    """What was found out about an image that is made, and the steps that follow from it."""

    steps: tuple[ImageStep, ...]
    notes: tuple[str, ...]
    environment: EnvironmentDraft
    container: ContainerRuntime
    #: The repository, without a tag.
    destination: ImageReference
    #: What its tag begins with.
    name: str
    #: By the digest of its image for the platform.
    base: ImageReference
    platform: ImagePlatform
    server_digest: str
    #: None where the image is there already.
    maker: ImageBuilderChoice | None = None
    #: With its digest, where it is there already.
    found: ImageReference | None = None

    @property
    def port(self) -> int:
        """Where it answers."""
        return port_of(self.container)

    @property
    def expected(self) -> ImageReference:
        """As much of its name as is known."""
        if self.found is not None:
            return self.found
        lock = self.environment.lock
        return self.reference(self.recipe(lock)) if lock else self.destination

    @property
    def expected_or_alike(self) -> ImageReference:
        """Its name, or one as long while its tag is not known."""
        expected = self.expected
        return expected if expected.tag else expected.tagged(f"{self.name}-{'0' * TAG_DIGITS}")

    def recipe(self, lock: Lock) -> ImageRecipe:
        """What decides about the image of that lock."""
        return ImageRecipe(
            base=self.base,
            platform=self.platform,
            lock_digest=lock.digest,
            server_digest=self.server_digest,
            port=self.port,
        )

    def reference(self, recipe: ImageRecipe) -> ImageReference:
        """What the image of that recipe is called."""
        return self.destination.tagged(recipe.tag(self.name))


def draft_image(
    ports: Ports, facts: ModelFacts, container: ContainerRuntime, loaded: LoadedSpec, options: CommandOptions
) -> ImageDraft:
    """Finds out what has to be done for the image; reads only.

    Raises:
        InvalidRequestError: The base is not there, or is for other machines.
        UnusableEnvironmentError: The model's environment files contradict themselves.
        BuilderUnavailableError: It has to be made and nothing here can.
        RegistryRefusedError: The user may not read the base or the destination.
        UnavailableError: A registry does not answer.
    """
    build, images = container.image, ports.images
    if not isinstance(build, ImageBuild) or images is None:
        raise InvalidRequestError(f"nothing that is installed makes container images for {ports.target}")
    platform = _platform(ports, build, loaded)
    target = environment_target(container, loaded.spec.infrastructure, options, facts)
    on = Platform.LINUX_AARCH64 if platform is ImagePlatform.LINUX_ARM64 else Platform.LINUX_64
    wanted = environment_request(facts, attrs.evolve(target, platform=on, glibc=target.glibc or ports.glibc))
    given = lock_of_options(options, wanted.request)
    pinned = options.builder or container.builder
    kept = None if given or options.relock else kept_lock(ports, None, wanted.request, pinned)
    draft = ImageDraft(
        steps=(),
        notes=(*wanted.notes, *notes_on_lock(given, wanted.request)),
        environment=EnvironmentDraft(
            steps=(), request=wanted.request, lock=given or kept, lock_given=given is not None
        ),
        container=container,
        destination=ImageReference.parse(build.destination or ""),
        name=image_name(build.name, facts.version),
        base=_base(images, build.base or DEFAULT_BASE, platform),
        platform=platform,
        server_digest=images.server(port_of(container)).digest,
    )
    return _with_steps(ports, images, draft, options, pinned)


def find_made(images: ImagePorts, reference: ImageReference, recipe: ImageRecipe) -> ImageReference | None:
    """The image of that recipe with its digest, or None where it is not there.

    Raises:
        InvalidRequestError: Another image has its tag.
    """
    facts = images.registry.inspect(reference, recipe.platform)
    if facts is None:
        return None
    if facts.labels.get(RECIPE_LABEL) != recipe.digest:
        raise InvalidRequestError(
            f"another image has the tag that this one gets: {reference} ({facts.digest})",
            f"Give {IMAGE_PATH} another name or destination, or remove that image.",
        )
    return reference.pinned(facts.digest)


def _with_steps(
    ports: Ports, images: ImagePorts, draft: ImageDraft, options: CommandOptions, pinned: str | None
) -> ImageDraft:
    lock, request = draft.environment.lock, draft.environment.request
    if request is None:
        raise AssertionError(draft)
    if lock is not None:
        recipe = draft.recipe(lock)
        found = find_made(images, draft.reference(recipe), recipe)
        if found is not None:
            step = UseImage(image=found, reason="an image of the same environment is there")
            return attrs.evolve(draft, steps=(step,), found=found)
    asked = options.image_builder or draft.container.image_builder
    draft = attrs.evolve(draft, maker=choose_image_builder(images.builders, draft.platform, asked))
    if lock is not None:
        try:
            choice = builder_for_lock(ports.builders, request, lock, pinned)
        except BuilderUnavailableError as obstacle:
            if draft.environment.lock_given:
                raise
            unlocked = attrs.evolve(draft.environment, lock=None)
            draft = attrs.evolve(draft, environment=unlocked, notes=(*draft.notes, locked_anew(obstacle)))
        else:
            return _building(attrs.evolve(draft, environment=attrs.evolve(draft.environment, choice=choice)), options)
    choice = choose_builder(ports.builders, request, pinned)
    return _building(attrs.evolve(draft, environment=attrs.evolve(draft.environment, choice=choice)), options)


def _building(draft: ImageDraft, options: CommandOptions) -> ImageDraft:
    environment, maker = draft.environment, draft.maker
    if environment.choice is None or environment.request is None or maker is None:
        raise AssertionError(draft)
    name = environment.choice.descriptor.name
    steps: list[ImageStep] = []
    if environment.lock is None:
        why = "asked for by relock" if options.relock else "this environment was not locked before"
        reason = f"{why}; {name}: {environment.choice.reason}"
        steps.append(LockEnvironment(request=environment.request, builder=name, reason=reason))
        there = "unless the image of that lock is there"
    else:
        there = f"{'its lock was given' if environment.lock_given else 'it is locked'}, and its image is not there"
    build = BuildImage(
        builder=maker.descriptor.name,
        environment_builder=name,
        reason=f"{there}; {maker.descriptor.name}: {maker.reason}",
        image=draft.expected,
    )
    return attrs.evolve(draft, steps=(*steps, build))


def _platform(ports: Ports, build: ImageBuild, loaded: LoadedSpec) -> ImagePlatform:
    if not ports.service_descriptor.shared:
        runs = ImagePlatform.of(_SAME_MACHINE.get(ports.platform, ports.platform))
        return build.platform or runs
    runs = ImagePlatform.of(platform_of(loaded.spec.infrastructure))
    if build.platform not in {None, runs}:
        path = f"{IMAGE_PATH}.platform"
        raise InvalidRequestError(
            f"{loaded.where(path)}: {path}: the image would be for {build.platform}, and the shape runs {runs}",
            f"Leave it out, or take a shape for {build.platform}.",
        )
    return runs


def _base(images: ImagePorts, text: str, platform: ImagePlatform) -> ImageReference:
    try:
        base = ImageReference.parse(text)
    except ValueError as fault:
        raise InvalidRequestError(f"{IMAGE_PATH}.base: {fault}") from fault
    digest = images.registry.resolve(base, platform)
    if digest is None:
        raise InvalidRequestError(
            f"the base image {base} is not there for {platform}", f"Name another one in {IMAGE_PATH}.base."
        )
    return base.pinned(digest)
