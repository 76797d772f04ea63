"""Which registered versions deployments serve, and what the registry says of these now."""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import attrs

from oci_mlflow_core.errors import ArtifactError
from oci_mlflow_core.model.registry_view import RegistryView
from oci_mlflow_core.planning.links import LINK_KEYS
from oci_mlflow_plugin.adapters.mlflow_artifacts.absent import refuse_absent_registry
from oci_mlflow_plugin.adapters.mlflow_artifacts.asking import answers
from oci_mlflow_plugin.adapters.mlflow_artifacts.calling import store_name, unless_missing
from oci_mlflow_plugin.adapters.mlflow_artifacts.model_uris import RegisteredUri, parse_model_uri

if TYPE_CHECKING:
    from mlflow import MlflowClient

#: Seconds for everything that is asked together.
_PATIENCE = 10.0
_AT_ONCE = 8
#: The tag that holds the OCID of the latest deployment of a version.
_DEPLOYMENT_KEY = LINK_KEYS[1]
_PAGE = 1000
_MOST_PAGES = 10
_HINT = "MLFLOW_TRACKING_URI and MLFLOW_REGISTRY_URI name the registry that the models come from."


def may_be_registered(model_uri: str) -> bool:
    """Whether a registry can know the deployment of that model: one of no known origin, or of a registered model."""
    try:
        return not model_uri or isinstance(parse_model_uri(model_uri), RegisteredUri)
    except ArtifactError:
        return True


def read_views(deployments: Mapping[str, str]) -> dict[str, RegistryView]:
    """What the registry says of the versions that the deployments serve, by the deployments' ids.

    Raises:
        ArtifactError: There is no registry, or it has not said everything in time.
    """
    refuse_absent_registry("")
    try:
        (views,) = answers([lambda: _Registry.of_now().views(deployments)], at_once=1, seconds=_PATIENCE)
    except TimeoutError:
        reason = f"the registry '{store_name()}' has not answered within {_PATIENCE:.0f} seconds"
        raise ArtifactError("", reason, _HINT) from None
    return views


@attrs.frozen
class _Registry:
    client: MlflowClient

    @classmethod
    def of_now(cls) -> _Registry:
        from mlflow import MlflowClient  # noqa: PLC0415

        return cls(MlflowClient())

    def views(self, deployments: Mapping[str, str]) -> dict[str, RegistryView]:
        """By the ids of those deployments whose version is known."""
        served = {each: pinned for each, uri in deployments.items() if (pinned := _pinned(uri))}
        unknown = deployments.keys() - served
        if unknown:
            served |= self._linked(unknown)
        wanted: dict[str, set[int]] = {}
        for name, version in served.values():
            wanted.setdefault(name, set()).add(version)
        found = self._asked(wanted)
        return {each: found[pinned] for each, pinned in served.items()}

    def _asked(self, wanted: Mapping[str, set[int]]) -> dict[tuple[str, int], RegistryView]:
        """The first question is asked alone, because MLflow opens its store with it."""
        questions = [functools.partial(self._views_of, name, versions) for name, versions in wanted.items()]
        told = [question() for question in questions[:1]]
        told += answers(questions[1:], at_once=_AT_ONCE, seconds=_PATIENCE)
        return {key: view for views in told for key, view in views.items()}

    def _linked(self, deployments: Collection[str]) -> dict[str, tuple[str, int]]:
        """The version whose tags name the deployment, the one that was changed last where several do."""
        found: dict[str, tuple[str, int]] = {}
        for version in self._search(f"tags.`{_DEPLOYMENT_KEY}` LIKE '%'"):
            for key, value in version.tags.items():
                if key.startswith(_DEPLOYMENT_KEY) and value in deployments:
                    found.setdefault(value, (version.name, int(version.version)))
        return found

    def _views_of(self, name: str, versions: set[int]) -> dict[tuple[str, int], RegistryView]:
        """The versions of one model: one question for one of them, two for any number."""
        if len(versions) == 1:
            (version,) = versions
            found = unless_missing(lambda: self.client.get_model_version(name, str(version)))
            return {(name, version): _view(name, version, found, found.aliases if found else ())}
        model = unless_missing(lambda: self.client.get_registered_model(name))
        there = {int(version.version): version for version in self._range(name, versions)} if model else {}
        aliases = model.aliases.items() if model else ()
        return {
            (name, version): _view(
                name, version, there.get(version), [alias for alias, of in aliases if int(of) == version]
            )
            for version in versions
        }

    def _range(self, name: str, versions: set[int]) -> Iterator[Any]:
        quote = '"' if "'" in name else "'"
        bounds = f"version_number >= {min(versions)} AND version_number <= {max(versions)}"
        return self._search(f"name = {quote}{name}{quote} AND {bounds}")

    def _search(self, filter_string: str) -> Iterator[Any]:
        token: str | None = None
        for _ in range(_MOST_PAGES):
            page = self.client.search_model_versions(filter_string, max_results=_PAGE, page_token=token)
            yield from page
            token = page.token
            if not token:
                return


def _pinned(model_uri: str) -> tuple[str, int] | None:
    """Name and version where the URI always means the same version."""
    try:
        parsed = parse_model_uri(model_uri)
    except ArtifactError:
        return None
    if isinstance(parsed, RegisteredUri) and parsed.suffix.isdecimal():
        return parsed.name, int(parsed.suffix)
    return None


def _view(name: str, version: int, found: Any, aliases: Collection[str]) -> RegistryView:  # noqa: ANN401 (MLflow's)
    uri = f"models:/{name}/{version}"
    if found is None:
        return RegistryView(model_uri=uri, registered=False)
    stage = found.current_stage or ""
    return RegistryView(model_uri=uri, aliases=tuple(sorted(aliases)), stage="" if stage == "None" else stage)
