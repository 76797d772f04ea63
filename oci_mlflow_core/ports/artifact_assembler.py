"""Making the zip that the service serves."""

from __future__ import annotations

from abc import abstractmethod
from pathlib import Path
from typing import Protocol

from oci_mlflow_core.model.artifact import FetchedModel, RuntimeArtifact, RuntimeDescription


class ArtifactAssembler(Protocol):
    """Model, ``score.py`` and ``runtime.yaml`` as one zip.

    1. ``score.py`` and ``runtime.yaml`` are at the root, beside the model's own files; a container gets neither.
    2. Equal input gives equal bytes; the length is known before the first byte is read.
    3. Memory does not grow with the model, and nothing is written to disk.
    """

    @abstractmethod
    def assemble(
        self, model: FetchedModel, runtime: RuntimeDescription | None, score_code: Path | None = None
    ) -> RuntimeArtifact:
        """The artifact; `score_code` (any file name) takes the place of the project's own ``score.py``.

        Without a runtime it is for a container, which gets the model's own files and nothing else.

        Raises:
            ArtifactError: A file cannot be read, or the model brings a file of the same name.
        """
