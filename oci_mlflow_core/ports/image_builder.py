"""Making container images."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import attrs

from oci_mlflow_core.model.environment import EnvironmentRequest, Lock
from oci_mlflow_core.model.image import BuiltImage, ImageRecipe, ImageReference, ImageServer
from oci_mlflow_core.model.pack import BuiltPrefix, PackFile
from oci_mlflow_core.ports.progress_sink import Step


@attrs.frozen(kw_only=True)
class ImageOrder:
    """An image that is to be made."""

    recipe: ImageRecipe
    #: With the tag that it gets.
    destination: ImageReference
    #: Gives the environment, as a folder or as a pack; called once, and only when it is needed.
    environment: Callable[[], BuiltPrefix | PackFile]
    lock: Lock
    server: ImageServer
    #: Where packages are found (`pip_options`, `settings`); the server's are taken from there, too.
    request: EnvironmentRequest


class ImageBuilder(Protocol):
    """Something that makes an image and puts it into its registry.

    1. Equal recipes give images of equal digests, whatever the machine, the time and the caches.
    2. What the registry has already is not sent; an image that it has is not made again.
    3. The tag is there when the image is whole, not before; a failure or Ctrl-C leaves no tag and no folder.
    4. No credential is in a layer, a label, a log or an error.
    """

    @abstractmethod
    def build(self, order: ImageOrder, workspace: Path, step: Step) -> BuiltImage:
        """Makes the image and pushes it; `workspace` is an empty folder for what it needs on the way.

        Raises:
            ImageBuildError: It cannot be made.
            RegistryRefusedError: The user may not read the base, or not write to the destination.
            ServiceError: A registry refused for another reason.
            UnavailableError: A registry does not answer, or went away.
            OutOfSpaceError: The disk is full.
        """
