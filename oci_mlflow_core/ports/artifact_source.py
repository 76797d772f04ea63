"""Where models come from."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from oci_mlflow_core.model.artifact import FetchedModel, ModelFacts, ModelOrigin, ModelVersion
from oci_mlflow_core.model.registry_view import RegistryView
from oci_mlflow_core.ports.progress_sink import Step


class ArtifactSource(Protocol):
    """A registry of models.

    1. `resolve` turns any URI form of MLflow into one pinned version; an alias or stage is looked up once, there.
    2. `inspect` reads what the model's files say, and does not load the model.
    3. `fetch` brings all files of the model, unchanged, into an empty folder.
    4. What is not there raises `NoSuchModelError` with what exactly was missing; what cannot be read, `ArtifactError`.
    5. `link` writes the tags on the registered version, replacing those of the same key; `unlink` removes them and is
       idempotent. For a model that is not registered both do nothing and return False.
    6. `origin` and `tags` say what is known; what is not is empty, and no credential is in it.
    7. `served` tells the registered version of each deployment: the one that its model URI pins, else the one whose
       tags name the deployment. Where neither is known, and for models that were never registered, it tells nothing.
       It tries once and ends soon, however many deployments there are.
    """

    @abstractmethod
    def resolve(self, model_uri: str) -> ModelVersion:
        """The version that the URI means now.

        Raises:
            NoSuchModelError: There is no such model, version, alias, run or path.
            ArtifactError: The URI cannot be understood or the registry cannot be asked.
        """

    @abstractmethod
    def inspect(self, version: ModelVersion) -> ModelFacts:
        """What the model's ``MLmodel`` and environment files say.

        Raises:
            ArtifactError: A file is missing or cannot be read.
        """

    @abstractmethod
    def fetch(self, version: ModelVersion, to: Path, step: Step) -> FetchedModel:
        """All files of the model, in the existing empty folder `to`; the step is told the bytes that have arrived.

        Raises:
            ArtifactError: A file cannot be read.
            OutOfSpaceError: The disk is full.
        """

    @abstractmethod
    def origin(self, version: ModelVersion) -> ModelOrigin:
        """Where the model was made and is kept, for whoever finds it in another catalog.

        Raises:
            ArtifactError: The registry cannot be asked.
        """

    @abstractmethod
    def tags(self, version: ModelVersion) -> Mapping[str, str]:
        """The tags of the registered version; none for a model that is not registered, or was deleted.

        Raises:
            ArtifactError: The registry cannot be asked.
        """

    @abstractmethod
    def served(self, deployments: Mapping[str, str]) -> Mapping[str, RegistryView]:
        """What the registry says now of the versions that deployments serve, by the deployments' ids.

        Args:
            deployments: Model URIs by the deployments' ids, as the deploy service has them; empty where it has none.

        Raises:
            ArtifactError: The registry cannot be asked; its `model_uri` is empty.
        """

    @abstractmethod
    def link(self, version: ModelVersion, tags: Mapping[str, str]) -> bool:
        """Sets tags on the registered version; whether there was one to set them on."""

    @abstractmethod
    def unlink(self, version: ModelVersion, keys: tuple[str, ...]) -> bool:
        """Removes tags from the registered version; whether there was one to remove them from."""
