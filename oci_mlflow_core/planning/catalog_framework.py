"""What the model catalog is told about a model's framework and use, as far as its flavor makes that certain."""

from __future__ import annotations

from oci_mlflow_core.model.artifact import ModelFacts

_PYFUNC = "python_function"
#: MLflow's flavor to OCI's word. Source: oci.data_science.models.Metadata.value, in the spelling that ADS writes.
_FRAMEWORKS = {
    "gluon": "mxnet",
    "h2o": "h2o",
    "keras": "keras",
    "lightgbm": "lightgbm",
    "prophet": "prophet",
    "pytorch": "pytorch",
    "sklearn": "scikit-learn",
    "spacy": "spacy",
    "spark": "pyspark",
    "statsmodels": "statsmodels",
    "tensorflow": "tensorflow",
    "transformers": "transformers",
    "xgboost": "xgboost",
}
_OTHER = "other"
#: Where a flavor's version key is not its own name: MLflow's ``tensorflow`` keeps TensorFlow's version as Keras'.
_VERSION_KEYS = {
    "lightgbm": "lgb_version",
    "spark": "pyspark_version",
    "tensorflow": "keras_version",
    "xgboost": "xgb_version",
}
_FORECASTING = "time_series_forecasting"
#: Flavors that do one thing.
_USES = {"diviner": _FORECASTING, "pmdarima": _FORECASTING, "prophet": _FORECASTING}
#: Tasks of transformers that are one of OCI's use cases; most (``text-classification``) may be several.
_TASKS = {
    "image-classification": "image_classification",
    "ner": "ner",
    "object-detection": "object_localization",
    "sentiment-analysis": "sentiment_analysis",
    "zero-shot-image-classification": "image_classification",
    "zero-shot-object-detection": "object_localization",
}


def defined_metadata(facts: ModelFacts) -> tuple[tuple[str, str], ...]:
    """``Framework``, ``FrameworkVersion`` and ``UseCaseType``; what is not certain is left out, not guessed."""
    flavor = facts.framework_flavor
    if flavor == _PYFUNC:
        return ()
    settings = facts.framework_settings
    items = (
        ("UseCaseType", _USES.get(flavor) or _of_task(flavor, settings.get("task", ""))),
        ("Framework", _FRAMEWORKS.get(flavor, _OTHER)),
        ("FrameworkVersion", settings.get(_VERSION_KEYS.get(flavor, f"{flavor}_version"), "")),
    )
    return tuple((key, value) for key, value in items if value)


def _of_task(flavor: str, task: str) -> str:
    return _TASKS.get(task, "") if flavor == "transformers" else ""
