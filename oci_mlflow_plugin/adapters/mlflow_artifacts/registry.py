"""Finding a version in MLflow's model registry."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import attrs

from oci_mlflow_core.errors import ArtifactError, NoSuchModelError, nearest
from oci_mlflow_core.model.artifact import ModelVersion
from oci_mlflow_plugin.adapters.mlflow_artifacts.calling import is_missing, store_name
from oci_mlflow_plugin.adapters.mlflow_artifacts.model_uris import LoggedModelUri, RegisteredUri

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities.model_registry import RegisteredModel

_STAGES = {stage.lower(): stage for stage in ("None", "Staging", "Production", "Archived")}
_SHOWN = 5


@attrs.frozen
class Registry:
    """The registry that MLflow is set up for at this moment."""

    client: MlflowClient

    def find(self, uri: str, wanted: RegisteredUri) -> ModelVersion:
        """The version that is meant now.

        Raises:
            NoSuchModelError: There is no such model, alias, stage or version.
        """
        model = self._model(uri, wanted.name)
        version = self._version_number(uri, wanted, model)
        found = self._version(uri, model, version)
        return ModelVersion(
            uri=uri,
            pinned_uri=f"models:/{wanted.name}/{version}",
            name=wanted.name,
            version=version,
            run_id=found.run_id or None,
            model_id=getattr(found, "model_id", None) or None,  # MLflow 2 has none
        )

    def find_logged(self, uri: str, wanted: LoggedModelUri) -> ModelVersion:
        """The logged model of that id.

        Raises:
            NoSuchModelError: There is none.
            ArtifactError: This MLflow is older than logged models.
        """
        if not hasattr(self.client, "get_logged_model"):
            raise ArtifactError(uri, "logged models need MLflow 3, and an older one is installed here")
        try:
            found = self.client.get_logged_model(wanted.model_id)
        except Exception as fault:
            if not is_missing(fault):
                raise
            raise NoSuchModelError(uri, f"there is no logged model '{wanted.model_id}' in '{store_name()}'") from None
        return ModelVersion(
            uri=uri,
            pinned_uri=f"models:/{wanted.model_id}",
            run_id=found.source_run_id or None,
            model_id=wanted.model_id,
        )

    def _model(self, uri: str, name: str) -> RegisteredModel:
        try:
            return self.client.get_registered_model(name)
        except Exception as fault:
            if not is_missing(fault):
                raise
            reason = f"there is no registered model '{name}' in '{store_name()}'"
            raise NoSuchModelError(uri, reason, self._advice_on_name(name)) from None

    def _advice_on_name(self, name: str) -> str:
        known = sorted(model.name for model in self.client.search_registered_models(max_results=100))
        near = nearest(name, known)
        if near:
            return f"Did you mean '{near}'?"
        return f"Registered models: {_some(known)}." if known else "It has no registered models."

    def _version_number(self, uri: str, wanted: RegisteredUri, model: RegisteredModel) -> str:
        if wanted.alias:
            return _of_alias(uri, wanted, model)
        if wanted.suffix.isdecimal():
            return str(int(wanted.suffix))
        if wanted.suffix.lower() == "latest":
            return self._newest(uri, model)
        if wanted.suffix.lower() in _STAGES:
            return self._of_stage(uri, model, _STAGES[wanted.suffix.lower()])
        if not wanted.suffix:
            reason = f"it does not say which version of registered model '{model.name}' is meant"
        else:
            reason = (
                f"'{wanted.suffix}' is neither a version of registered model '{model.name}', nor 'latest', nor a stage"
            )
        raise NoSuchModelError(uri, reason, _advice_on_suffix(wanted, model) or self._advice_on_version(model))

    def _newest(self, uri: str, model: RegisteredModel) -> str:
        versions = self._newest_first(model)
        if not versions:
            raise NoSuchModelError(uri, f"registered model '{model.name}' has no version yet")
        return str(versions[0].version)

    def _of_stage(self, uri: str, model: RegisteredModel, stage: str) -> str:
        for version in self._newest_first(model):
            if version.current_stage == stage:
                return str(version.version)
        reason = f"no version of registered model '{model.name}' is in stage '{stage}'"
        raise NoSuchModelError(uri, reason, self._advice_on_version(model))

    def _newest_first(self, model: RegisteredModel) -> list[Any]:
        quote = '"' if "'" in model.name else "'"
        found: list[Any] = []
        token: str | None = None
        while token is None or token:
            page = self.client.search_model_versions(f"name={quote}{model.name}{quote}", page_token=token)
            found.extend(page)
            token = page.token or ""
        return sorted(found, key=lambda version: int(version.version), reverse=True)

    def _version(self, uri: str, model: RegisteredModel, version: str) -> Any:  # noqa: ANN401 (MLflow's, of any release)
        try:
            return self.client.get_model_version(model.name, version)
        except Exception as fault:
            if not is_missing(fault):
                raise
            reason = f"registered model '{model.name}' has no version {version}"
            raise NoSuchModelError(uri, reason, self._advice_on_version(model)) from None

    def _advice_on_version(self, model: RegisteredModel) -> str:
        versions = [str(version.version) for version in self._newest_first(model)]
        return f"Its latest versions: {_some(versions)}." if versions else "It has no version yet."


def _of_alias(uri: str, wanted: RegisteredUri, model: RegisteredModel) -> str:
    if wanted.alias in model.aliases:
        return str(model.aliases[wanted.alias])
    reason = f"registered model '{model.name}' has no alias '{wanted.alias}'"
    known = ", ".join(f"{alias} (version {version})" for alias, version in sorted(model.aliases.items()))
    near = nearest(wanted.alias, model.aliases)
    meant = f"Did you mean '{near}'? " if near else ""
    raise NoSuchModelError(uri, reason, f"{meant}Its aliases: {known}." if known else "It has no aliases.")


def _advice_on_suffix(wanted: RegisteredUri, model: RegisteredModel) -> str:
    near = nearest(wanted.suffix, model.aliases) if wanted.suffix else None
    return f"Did you mean the alias, models:/{model.name}@{near}?" if near else ""


def _some(names: Iterable[str]) -> str:
    listed = list(names)
    return ", ".join([*listed[:_SHOWN], "…"] if len(listed) > _SHOWN else listed)
