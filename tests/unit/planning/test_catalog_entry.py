"""What the model catalog is told about an MLflow model."""

from __future__ import annotations

import json

import attrs
import pytest

from oci_mlflow_core.model.artifact import ModelFacts, ModelOrigin, ModelVersion
from oci_mlflow_core.planning.catalog_entry import registration
from oci_mlflow_core.ports.deploy_service import ModelRegistration, Provenance

FACTS = ModelFacts(
    version=ModelVersion(
        uri="models:/fraud@champion", pinned_uri="models:/fraud/7", name="fraud", version="7", run_id="0123"
    ),
    flavors=("python_function", "sklearn"),
    framework_settings={"sklearn_version": "1.5.2", "pickled_model": "model.pkl"},
)
ORIGIN = ModelOrigin(
    tracking_uri="https://mlflow.example.com",
    artifact_location="s3://models/7",
    registry_link="https://mlflow.example.com/#/models/fraud/versions/7",
    description="Finds fraud.",
    repository_url="https://git.example.com/fraud",
    git_branch="main",
    git_commit="c0ffee",
    training_script="train.py",
)


def registered(facts: ModelFacts = FACTS, origin: ModelOrigin = ORIGIN) -> ModelRegistration:
    return registration(facts, origin, display_name="fraud_7", freeform_tags={"mlflow_model_uri": "models:/fraud/7"})


def of_flavor(flavor: str, **settings: str) -> dict[str, str]:
    facts = attrs.evolve(FACTS, flavors=("python_function", flavor), framework_settings=settings)
    return dict(registered(facts).defined_metadata)


def test_what_the_caller_decides_is_passed_on() -> None:
    entry = registration(
        FACTS,
        ORIGIN,
        display_name="fraud_7",
        compartment_id="ocid1.compartment.c",
        project_id="ocid1.project.p",
        freeform_tags={"a": "b"},
        retry_token="t",  # noqa: S106 (no password)
    )

    assert (entry.display_name, entry.compartment_id, entry.project_id, entry.freeform_tags, entry.retry_token) == (
        *("fraud_7", "ocid1.compartment.c", "ocid1.project.p"),
        *({"a": "b"}, "t"),
    )


def test_the_keys_of_the_metadata_are_those_of_oci_mlflow() -> None:
    assert [(key, value) for key, value, _ in registered().metadata] == [
        ("MLFlow Tracking Server", "https://mlflow.example.com"),
        ("Model URI", "models:/fraud/7"),
        ("MLFlow Run ID", "0123"),
        ("MLFlow Model Source", "s3://models/7"),
        ("MLFlow registry link", "https://mlflow.example.com/#/models/fraud/versions/7"),
    ]


def test_every_item_of_the_metadata_is_described() -> None:
    assert all(description for _, _, description in registered().metadata)


def test_what_is_not_known_is_left_out() -> None:
    facts = attrs.evolve(FACTS, version=ModelVersion(uri="/m", pinned_uri="/m"))

    entry = registered(facts, ModelOrigin())

    assert [(key, value) for key, value, _ in entry.metadata] == [("Model URI", "/m")]
    assert (entry.description, entry.provenance) == ("", Provenance())


@pytest.mark.parametrize(("length", "kept"), [(255, True), (256, False)])
def test_a_uri_that_the_catalog_would_refuse_is_left_out_whole(length: int, *, kept: bool) -> None:
    origin = attrs.evolve(ORIGIN, artifact_location="s3://".ljust(length, "x"))

    keys = [key for key, _, _ in registered(origin=origin).metadata]

    assert ("MLFlow Model Source" in keys) is kept


def test_the_longest_metadata_stays_below_the_limit_of_all_together() -> None:
    longest = "\N{GRINNING FACE}" * 255
    facts = attrs.evolve(
        FACTS,
        version=attrs.evolve(FACTS.version, pinned_uri=longest, run_id=longest),
        framework_settings={"sklearn_version": longest},
    )
    origin = ModelOrigin(tracking_uri=longest, artifact_location=longest, registry_link=longest)

    entry = registered(facts, origin)

    assert len(entry.metadata) == 5
    assert len(json.dumps([entry.metadata, entry.defined_metadata])) <= 32_000


@pytest.mark.parametrize(("length", "description"), [(255, "x" * 255), (256, f"{'x' * 254}…")])
def test_a_long_description_is_shortened(length: int, description: str) -> None:
    assert registered(origin=attrs.evolve(ORIGIN, description="x" * length)).description == description


def test_provenance_is_the_runs() -> None:
    assert registered().provenance == Provenance(
        repository_url="https://git.example.com/fraud",
        git_branch="main",
        git_commit="c0ffee",
        training_script="train.py",
    )


@pytest.mark.parametrize(
    ("flavor", "key", "framework"),
    [
        ("sklearn", "sklearn_version", "scikit-learn"),
        ("xgboost", "xgb_version", "xgboost"),
        ("lightgbm", "lgb_version", "lightgbm"),
        ("spark", "pyspark_version", "pyspark"),
        ("tensorflow", "keras_version", "tensorflow"),
        ("keras", "keras_version", "keras"),
        ("pytorch", "pytorch_version", "pytorch"),
        ("catboost", "catboost_version", "other"),
        ("homegrown", "homegrown_version", "other"),
    ],
)
def test_the_framework_is_named_in_ocis_words_with_its_version(flavor: str, key: str, framework: str) -> None:
    assert of_flavor(flavor, **{key: "1.2.3"}) == {"Framework": framework, "FrameworkVersion": "1.2.3"}


def test_a_version_that_the_model_does_not_say_is_left_out() -> None:
    assert of_flavor("sklearn", pickled_model="model.pkl") == {"Framework": "scikit-learn"}


def test_a_python_function_alone_has_no_framework() -> None:
    facts = attrs.evolve(FACTS, flavors=("python_function",), framework_settings={"python_version": "3.11.7"})

    assert registered(facts).defined_metadata == ()


@pytest.mark.parametrize("flavor", ["prophet", "pmdarima"])
def test_flavors_that_only_forecast_say_so(flavor: str) -> None:
    assert of_flavor(flavor)["UseCaseType"] == "time_series_forecasting"


@pytest.mark.parametrize(
    ("task", "use"),
    [
        ("sentiment-analysis", "sentiment_analysis"),
        ("ner", "ner"),
        ("image-classification", "image_classification"),
        ("object-detection", "object_localization"),
    ],
)
def test_tasks_of_transformers_that_mean_one_thing_are_use_cases(task: str, use: str) -> None:
    assert of_flavor("transformers", task=task)["UseCaseType"] == use


@pytest.mark.parametrize(("flavor", "task"), [("transformers", "text-classification"), ("homegrown", "ner")])
def test_nothing_is_guessed_of_a_task_that_may_mean_several_things(flavor: str, task: str) -> None:
    assert "UseCaseType" not in of_flavor(flavor, task=task)
