"""Trains the demonstration's model and registers it; imported only when the demonstration runs."""

from __future__ import annotations

import hashlib
import inspect
from importlib import metadata
from typing import TYPE_CHECKING, Any

from oci_mlflow_plugin.cli.demonstration.place import ALIAS, COLUMNS, MODEL, Place

if TYPE_CHECKING:
    from mlflow import MlflowClient

_EXPERIMENT = "oci-mlflow demo"
#: Registered versions carry what they were made with, so that a later run knows whether it can use them.
_RECIPE_TAG = "oci_mlflow_demo_recipe"
#: What the model is loaded and run with; MLflow without its server side makes the environment half as large.
_PACKAGES = ("scikit-learn", "numpy", "pandas", "scipy")


def champion() -> str | None:
    """The version that a run of before registered and that these packages can still use, if there is one."""
    from mlflow import MlflowClient  # noqa: PLC0415
    from mlflow.exceptions import MlflowException  # noqa: PLC0415

    try:
        version = MlflowClient().get_model_version_by_alias(MODEL, ALIAS)
    except MlflowException:
        return None
    return str(version.version) if version.tags.get(_RECIPE_TAG) == _recipe() else None


def trained() -> Any:  # noqa: ANN401 (a pipeline of scikit-learn)
    """A classifier of tumours, 0 malignant and 1 benign."""
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped] # noqa: PLC0415
    from sklearn.pipeline import make_pipeline  # type: ignore[import-untyped] # noqa: PLC0415
    from sklearn.preprocessing import StandardScaler  # type: ignore[import-untyped] # noqa: PLC0415

    features, classes = _data()
    return make_pipeline(StandardScaler(), LogisticRegression()).fit(features, classes)


def registered(model: Any, place: Place) -> str:  # noqa: ANN401
    """Logs the model, registers it and makes it the champion; its version."""
    import mlflow  # noqa: PLC0415
    from mlflow.models import infer_signature  # noqa: PLC0415

    client = mlflow.MlflowClient()
    features, _ = _data()
    log_model = mlflow.sklearn.log_model
    where = "name" if "name" in inspect.signature(log_model).parameters else "artifact_path"
    with mlflow.start_run(experiment_id=_experiment(client, place)):
        log_model(
            model,
            **{where: "model"},
            signature=infer_signature(features, model.predict(features)),
            input_example=features.head(1),
            serialization_format=_serialization(),
            pip_requirements=_requirements(),
            registered_model_name=MODEL,
        )
    version = max(int(found.version) for found in client.search_model_versions(f"name='{MODEL}'"))
    client.set_model_version_tag(MODEL, str(version), _RECIPE_TAG, _recipe())
    client.set_registered_model_alias(MODEL, ALIAS, str(version))
    return str(version)


def _data() -> tuple[Any, Any]:
    from sklearn.datasets import load_breast_cancer  # type: ignore[import-untyped] # noqa: PLC0415

    data = load_breast_cancer(as_frame=True)
    return data.data[list(COLUMNS)], data.target


def _experiment(client: MlflowClient, place: Place) -> str:
    experiment = client.get_experiment_by_name(_EXPERIMENT)
    if experiment is not None:
        return str(experiment.experiment_id)
    return str(client.create_experiment(_EXPERIMENT, artifact_location=place.artifacts.as_uri()))


def _requirements() -> list[str]:
    import mlflow  # noqa: PLC0415

    names = (*_PACKAGES, _serialization())
    return [f"mlflow-skinny=={mlflow.__version__}", *(f"{name}=={metadata.version(name)}" for name in names)]


def _serialization() -> str:
    """How the model is written, and the package that does it: without pickle where this MLflow can."""
    from mlflow.sklearn import SUPPORTED_SERIALIZATION_FORMATS  # noqa: PLC0415

    return "skops" if "skops" in SUPPORTED_SERIALIZATION_FORMATS else "cloudpickle"


def _recipe() -> str:
    import platform  # noqa: PLC0415

    parts = "\n".join([platform.python_version(), *_requirements()])
    return hashlib.sha256(parts.encode()).hexdigest()[:16]
