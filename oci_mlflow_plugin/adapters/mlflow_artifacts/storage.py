"""The files of a model, wherever MLflow keeps them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs

from oci_mlflow_core.model.artifact import ModelVersion

if TYPE_CHECKING:
    from mlflow import MlflowClient

MLMODEL = "MLmodel"


@attrs.frozen
class Storage:
    """A folder in one of MLflow's artifact repositories."""

    _repository: Any

    @classmethod
    def at(cls, uri: str) -> Storage:
        """The folder that `uri` names."""
        from mlflow.store.artifact.artifact_repository_registry import get_artifact_repository  # noqa: PLC0415

        repository = get_artifact_repository(uri)
        # The registry's own repository adds a file to what it downloads; the one below it does not.
        return cls(getattr(repository, "repo", repository))

    @classmethod
    def in_run(cls, client: MlflowClient, run_id: str, path: str) -> Storage:
        """A folder among the artifacts of a run."""
        root = str(client.get_run(run_id).info.artifact_uri).rstrip("/")
        return cls.at(f"{root}/{path}" if path else root)

    @classmethod
    def of(cls, version: ModelVersion) -> Storage:
        """The folder of a resolved model; the tracking server is asked only about models that lie there."""
        if version.name:
            return cls.at(version.pinned_uri)
        if version.model_id:
            return cls.at(f"models:/{version.model_id}")
        if version.pinned_uri.startswith("runs:/") and version.run_id:
            path = version.pinned_uri.removeprefix(f"runs:/{version.run_id}").strip("/")
            from mlflow import MlflowClient  # noqa: PLC0415

            return cls.in_run(MlflowClient(), version.run_id, path)
        return cls.at(version.pinned_uri)

    def has_model(self) -> bool:
        """Whether ``MLmodel`` lies there."""
        return MLMODEL in self.files_here()

    def files_here(self) -> tuple[str, ...]:
        """Names of the files directly in the folder."""
        return tuple(sorted(entry.path for entry in self._listed("") if not entry.is_dir))

    def folders(self) -> tuple[str, ...]:
        """Names of the folders directly in the folder."""
        return tuple(sorted(entry.path for entry in self._listed("") if entry.is_dir))

    def all_files(self, below: str = "") -> Iterator[str]:
        """Paths of all files, relative to the folder."""
        for entry in self._listed(below):
            if entry.is_dir:
                yield from self.all_files(entry.path)
            else:
                yield entry.path

    def size(self) -> int | None:
        """Bytes of all files together, or None where the repository does not say all of their sizes."""
        sizes = list(self._sizes(""))
        return None if None in sizes else sum(size or 0 for size in sizes)

    def _sizes(self, below: str) -> Iterator[int | None]:
        for entry in self._listed(below):
            if entry.is_dir:
                yield from self._sizes(entry.path)
            else:
                yield entry.file_size

    def download(self, path: str, to: Path) -> Path:
        """Brings one file, or everything where `path` is empty, below the existing folder `to`."""
        return Path(self._repository.download_artifacts(path, str(to)))

    def _listed(self, below: str) -> list[Any]:
        return list(self._repository.list_artifacts(below or None))
