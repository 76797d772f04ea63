"""A source of models in memory."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path

import attrs

from oci_mlflow_core.errors import NoSuchModelError
from oci_mlflow_core.model.artifact import FetchedModel, ModelFacts, ModelOrigin, ModelVersion
from oci_mlflow_core.model.registry_view import RegistryView
from oci_mlflow_core.ports.artifact_source import ArtifactSource
from oci_mlflow_core.ports.progress_sink import Step

_PINNED = re.compile(r"^models:/[^/@]+/\d+$")


class MemoryArtifactSource(ArtifactSource):
    """Models that a test makes up.

    Args:
        models: For each URI its facts and its files by relative path. Several URIs (a version and an alias of it) may
            hold facts of one `ModelVersion.pinned_uri`; the mapping may be changed while the source is in use.
    """

    def __init__(self, models: Mapping[str, tuple[ModelFacts, Mapping[str, bytes]]]) -> None:
        self.models = dict(models)
        #: What `origin` says, by pinned URI.
        self.origins: dict[str, ModelOrigin] = {}
        #: Tags that were set, by pinned URI.
        self.links: dict[str, dict[str, str]] = {}

    def resolve(self, model_uri: str) -> ModelVersion:
        """See `ArtifactSource.resolve`."""
        if model_uri not in self.models:
            raise NoSuchModelError(model_uri, "there is no such model")
        return attrs.evolve(self.models[model_uri][0].version, uri=model_uri)

    def inspect(self, version: ModelVersion) -> ModelFacts:
        """See `ArtifactSource.inspect`; what the given facts leave out about wheels is taken from the files."""
        facts, files = self._pinned(version)
        wheels = tuple(sorted(path for path in files if path.endswith(".whl")))
        return attrs.evolve(
            facts,
            version=version,
            wheels=facts.wheels or wheels,
            wheel_digests=facts.wheel_digests or {path: hashlib.sha256(files[path]).hexdigest() for path in wheels},
        )

    def fetch(self, version: ModelVersion, to: Path, step: Step) -> FetchedModel:
        """See `ArtifactSource.fetch`."""
        _, files = self._pinned(version)
        for path, content in files.items():
            target = to / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        size = sum(len(content) for content in files.values())
        step.moved(size, size)
        return FetchedModel(path=to, version=version)

    def origin(self, version: ModelVersion) -> ModelOrigin:
        """See `ArtifactSource.origin`."""
        return self.origins.get(version.pinned_uri, ModelOrigin())

    def tags(self, version: ModelVersion) -> Mapping[str, str]:
        """See `ArtifactSource.tags`."""
        return dict(self.links.get(version.pinned_uri, {}))

    def served(self, deployments: Mapping[str, str]) -> Mapping[str, RegistryView]:
        """See `ArtifactSource.served`."""
        views = {each: self._view(each, uri) for each, uri in deployments.items()}
        return {each: view for each, view in views.items() if view}

    def link(self, version: ModelVersion, tags: Mapping[str, str]) -> bool:
        """See `ArtifactSource.link`."""
        if version.name is None:
            return False
        self.links.setdefault(version.pinned_uri, {}).update(tags)
        return True

    def unlink(self, version: ModelVersion, keys: tuple[str, ...]) -> bool:
        """See `ArtifactSource.unlink`."""
        if version.name is None:
            return False
        for key in keys:
            self.links.get(version.pinned_uri, {}).pop(key, None)
        return True

    def _view(self, deployment_id: str, model_uri: str) -> RegistryView | None:
        linked = [uri for uri, tags in self.links.items() if deployment_id in tags.values()]
        pinned = model_uri if _PINNED.match(model_uri) else next(iter(linked), "")
        if not pinned:
            return None
        named = {uri: facts.version for uri, (facts, _) in self.models.items() if facts.version.pinned_uri == pinned}
        aliases = sorted(uri.rpartition("@")[2] for uri in named if "@" in uri)
        return RegistryView(model_uri=pinned, registered=bool(named), aliases=tuple(aliases))

    def _pinned(self, version: ModelVersion) -> tuple[ModelFacts, Mapping[str, bytes]]:
        for facts, files in self.models.values():
            if facts.version.pinned_uri == version.pinned_uri:
                return facts, files
        raise NoSuchModelError(version.uri, "there is no such model")
