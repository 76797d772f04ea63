"""Making an image from the model's environment, unless it is there."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import attrs

from oci_mlflow_core.model.environment import EnvironmentRequest, Lock
from oci_mlflow_core.model.image import BuiltImage, ImageReference
from oci_mlflow_core.model.pack import BuiltPrefix, PackFile, PackManifest, pack_slug
from oci_mlflow_core.planning.image_checks import check_base
from oci_mlflow_core.planning.naming import pack_version
from oci_mlflow_core.ports.image_builder import ImageOrder
from oci_mlflow_core.ports.progress_sink import Step
from oci_mlflow_core.usecases.image_draft import ImageDraft, find_made
from oci_mlflow_core.usecases.pack_publishing import PackSource, keep_pack
from oci_mlflow_core.usecases.ports import ImagePorts, Ports
from oci_mlflow_core.usecases.sizes import told_size


@attrs.frozen(kw_only=True)
class ImageMaking:
    """One image that is to be made."""

    ports: Ports
    draft: ImageDraft
    lock: Lock
    #: With the model's wheels where they are.
    request: EnvironmentRequest
    #: How the environment is made, where it is in no cache.
    source: PackSource
    #: Told what stays in the registry whatever becomes of the command.
    stays: Callable[[str], None]

    def make(self, workspace: Path, step: Step) -> ImageReference:
        """Makes the image and pushes it; of several commands that make the same, one does and the others use it.

        Raises:
            BuildError: The environment cannot be built, or does not work.
            ImageBuildError: The image cannot be made.
            RegistryRefusedError: The user may not write to the destination.
            UnavailableError: A registry does not answer, or went away.
            OutOfSpaceError: The disk is full.
        """
        images, maker = self.ports.images, self.draft.maker
        if images is None or maker is None:
            raise AssertionError(self.draft)
        recipe = self.draft.recipe(self.lock)
        destination = self.draft.reference(recipe)
        with self.ports.cache.building(self.lock.digest, step), ExitStack() as held:
            found = find_made(images, destination, recipe)
            if found is not None:
                step.done(f"nothing to make: {found} is there")
                return found
            self._check_base(images, step)
            order = ImageOrder(
                recipe=recipe,
                destination=destination,
                environment=lambda: self._environment(held, step),
                lock=self.lock,
                server=images.server(self.draft.port),
                request=self.request,
            )
            built = maker.descriptor.factory().build(order, workspace, step)
        self.stays(f"image {built.reference} (stays in its registry, where the next run finds it)")
        self.ports.progress.note(_by_layer(built))
        return built.reference

    def _check_base(self, images: ImagePorts, step: Step) -> None:
        step.says("looking for curl in the base image")
        base, platform = self.draft.base, self.draft.platform
        facts = images.registry.inspect(attrs.evolve(base, tag=""), platform, curl=True)
        for note in check_base(base, facts, platform):
            self.ports.progress.note(note)

    def _environment(self, held: ExitStack, step: Step) -> BuiltPrefix | PackFile:
        """The pack of the cache, or a new environment, which was checked and of which the cache has the pack then."""
        cached = held.enter_context(self.ports.cache.find(self.lock.digest, step))
        return cached or keep_pack(self.ports, self._manifest(), self.lock, self.source, step)

    def _manifest(self) -> PackManifest:
        version = pack_version(None, self.lock)
        return PackManifest(
            name=self.draft.name,
            version=version,
            slug=pack_slug(self.draft.name, version),
            python=self.lock.python.version,
            arch_type="CPU",
            pack_path="",
            lock_digest=self.lock.digest,
            builder=self.lock.builder,
            platform=self.lock.platform.value,
            glibc=self.lock.python.glibc or None,
        )


def _by_layer(built: BuiltImage) -> str:
    parts = "; ".join(f"{layer.what or 'layer'}: {told_size(layer.size)}" for layer in built.layers)
    sent = f"{told_size(built.pushed_bytes)} were sent"
    return f"the image {built.reference} has {told_size(built.size)} in {len(built.layers)} layers ({parts}); {sent}"
