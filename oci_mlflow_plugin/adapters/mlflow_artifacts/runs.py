"""Finding a model among the artifacts of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oci_mlflow_core.errors import NoSuchModelError, nearest
from oci_mlflow_core.model.artifact import ModelVersion
from oci_mlflow_core.planning.environment.place import without_credentials
from oci_mlflow_plugin.adapters.mlflow_artifacts.calling import is_missing
from oci_mlflow_plugin.adapters.mlflow_artifacts.model_uris import RunUri
from oci_mlflow_plugin.adapters.mlflow_artifacts.storage import Storage

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Run


def find_in_run(client: MlflowClient, uri: str, wanted: RunUri) -> ModelVersion:
    """The model at that path of the run: a logged model of that name (MLflow 3), else the run's own files.

    Raises:
        NoSuchModelError: There is no such run, or no model at the path.
    """
    run = _run(client, uri, wanted.run_id)
    logged = {name: model_id for model_id, name in _logged_models(client, run)}
    version = ModelVersion(
        uri=uri,
        pinned_uri=f"runs:/{wanted.run_id}/{wanted.path}".rstrip("/"),
        run_id=wanted.run_id,
        model_id=logged.get(wanted.path),
    )
    if version.model_id is None and not Storage.in_run(client, wanted.run_id, wanted.path).has_model():
        known = sorted({*logged, *Storage.in_run(client, wanted.run_id, "").folders()})
        where = f"at '{wanted.path}'" if wanted.path else "at its root"
        raise NoSuchModelError(uri, f"run '{wanted.run_id}' has no MLflow model {where}", _advice(wanted.path, known))
    return version


def _run(client: MlflowClient, uri: str, run_id: str) -> Run:
    try:
        return client.get_run(run_id)
    except Exception as fault:
        if not is_missing(fault):
            raise
        store = without_credentials(client.tracking_uri)
        raise NoSuchModelError(uri, f"there is no run '{run_id}' in '{store}'") from None


def _logged_models(client: MlflowClient, run: Run) -> list[tuple[str, str]]:
    """Id and name of the run's logged models, the newest of a name last."""
    if not hasattr(client, "search_logged_models"):
        return []
    found = client.search_logged_models(
        experiment_ids=[run.info.experiment_id], filter_string=f"source_run_id = '{run.info.run_id}'"
    )
    oldest_first = sorted(found, key=lambda model: int(model.creation_timestamp))
    return [(model.model_id, model.name) for model in oldest_first]


def _advice(path: str, known: list[str]) -> str:
    near = nearest(path, known)
    if near:
        return f"Did you mean '{near}'?"
    return f"It has: {', '.join(known)}." if known else "It has no artifacts."
