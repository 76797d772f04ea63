"""Asking registries of container images."""

from __future__ import annotations

from abc import abstractmethod
from typing import Protocol

from oci_mlflow_core.model.image import ImageFacts, ImagePlatform, ImageReference


class ImageRegistry(Protocol):
    """What registries know of images; nothing is changed there.

    1. An image that is not there is None; a registry that does not let the user in or does not answer is an error.
    2. The digest of the facts is that of what the reference names, and their platform that of the image itself: where
       the reference names images for several platforms, the one for the platform asked for, if there is one.
    3. No password or token is in an error.
    """

    @abstractmethod
    def inspect(self, reference: ImageReference, platform: ImagePlatform, *, curl: bool = False) -> ImageFacts | None:
        """What is known of the image; with `curl` the layers' lists of files are read to see whether it is there.

        Raises:
            RegistryRefusedError: The login failed, or there is none.
            ServiceError: What is there is no image, or the registry refused for another reason.
            UnavailableError: The registry does not answer.
        """

    @abstractmethod
    def resolve(self, reference: ImageReference, platform: ImagePlatform) -> str | None:
        """The digest of the image's own manifest for that platform; None where there is none for it.

        Raises:
            RegistryRefusedError: The login failed, or there is none.
            ServiceError: What is there is no image, or the registry refused for another reason.
            UnavailableError: The registry does not answer.
        """
