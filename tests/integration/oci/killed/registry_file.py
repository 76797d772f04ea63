"""A registry whose tags outlive the process that writes them."""

from __future__ import annotations

import json
import os
from pathlib import Path

from integration.oci.faults.world import make_source

from oci_mlflow_core.model.artifact import ModelVersion
from oci_mlflow_core.testing.memory_artifact_source import MemoryArtifactSource


class RegistryFile(MemoryArtifactSource):
    """The models of the fault matrix; tags are in a file."""

    def __init__(self, path: Path) -> None:
        made = make_source()
        super().__init__(made.models)
        self.origins = made.origins
        self._path = path
        if path.exists():
            self.links = json.loads(path.read_text(encoding="utf-8"))

    def link(self, version: ModelVersion, tags: dict[str, str]) -> bool:  # type: ignore[override]
        done = super().link(version, tags)
        self._write()
        return done

    def unlink(self, version: ModelVersion, keys: tuple[str, ...]) -> bool:
        done = super().unlink(version, keys)
        self._write()
        return done

    def _write(self) -> None:
        unfinished = self._path.with_suffix(".new")
        unfinished.write_text(json.dumps(self.links), encoding="utf-8")
        os.replace(unfinished, self._path)  # noqa: PTH105 - one spelling for moves that replace
