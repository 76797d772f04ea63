"""What may be said of a model in its custom and defined metadata.

Categories and values are those of the SDK's docstring of ``Metadata`` and of the enumerations of Oracle's own client.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from oci_twin.data_science.behaviour import Behaviour
from oci_twin.data_science.refusals import invalid, missing

CATEGORIES = (
    "Performance",
    "Training Profile",
    "Training and Validation Datasets",
    "Training Environment",
    "Reports",
    "Readme",
    "Other",
)
FRAMEWORKS = frozenset(
    [
        "scikit-learn",
        "xgboost",
        "tensorflow",
        "pytorch",
        "mxnet",
        "keras",
        "lightgbm",
        "pymc3",
        "pyod",
        "spacy",
        "prophet",
        "sktime",
        "statsmodels",
        "cuml",
        "oracle_automl",
        "h2o",
        "transformers",
        "nltk",
        "emcee",
        "pystan",
        "bert",
        "gensim",
        "flair",
        "word2vec",
        "ensemble",
        "pyspark",
        "embedding_onnx",
        "other",
    ]
)
USE_CASES = frozenset(
    [
        "binary_classification",
        "regression",
        "multinomial_classification",
        "clustering",
        "recommender",
        "dimensionality_reduction/representation",
        "time_series_forecasting",
        "anomaly_detection",
        "topic_modeling",
        "ner",
        "sentiment_analysis",
        "image_classification",
        "object_localization",
        "other",
    ]
)
_VALUES = {"Framework": FRAMEWORKS, "UseCaseType": USE_CASES}

Items = Sequence[Mapping[str, Any]]


def require_metadata(custom: Items, defined: Items, behaviour: Behaviour) -> None:
    """Lets metadata pass that the catalog takes.

    Raises:
        Refusal: 400, an item is not possible, a key is there twice, or there is too much of it.
    """
    _require_items("customMetadataList", custom, behaviour)
    _require_items("definedMetadataList", defined, behaviour)
    for item in custom:
        if item.get("category", "Other") not in CATEGORIES:
            raise invalid(f"The category of {item['key']!r} must be one of {', '.join(CATEGORIES)}.")
    for item in defined:
        _require_defined(item, behaviour)
    size = len(json.dumps([*custom, *defined]).encode())
    if size > behaviour.max_metadata_bytes:
        raise invalid(f"The metadata has {size} bytes; at most {behaviour.max_metadata_bytes} are possible.")


def _require_items(name: str, items: Items, behaviour: Behaviour) -> None:
    seen: set[str] = set()
    for number, item in enumerate(items):
        key = item.get("key")
        if not key:
            raise missing(f"{name}[{number}].key")
        if key in seen:
            raise invalid(f"{name} has the key {key!r} twice.")
        seen.add(key)
        _require_short(key, "value", item, behaviour.max_metadata_value)
        _require_short(key, "description", item, behaviour.max_metadata_description)


def _require_short(key: str, field: str, item: Mapping[str, Any], most: int) -> None:
    length = len(item.get(field) or "")
    if length > most:
        raise invalid(f"The {field} of {key!r} has {length} characters; at most {most} are possible.")


def _require_defined(item: Mapping[str, Any], behaviour: Behaviour) -> None:
    key = item["key"]
    if "category" in item:
        raise invalid(f"The defined metadata {key!r} has no category.")
    known = _VALUES.get(key)
    if behaviour.check_defined_values and known and item.get("value") is not None and item["value"] not in known:
        raise invalid(f"{item['value']!r} is no value of {key}.")


def with_artifact_flags(items: Items, keys_with_artifact: frozenset[str]) -> list[dict[str, Any]]:
    """The items with ``hasArtifact``, which the service sets."""
    return [{**item, "hasArtifact": item["key"] in keys_with_artifact} for item in items]
