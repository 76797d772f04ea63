from __future__ import annotations

from typing import Any

import pytest

_NO_VERSION = "MLmodel names no version, as before MLflow 2"


def test_missing_mlflow_gets_the_version_that_wrote_the_model(models: Any) -> None:
    plan = models.plan(models.virtualenv("numpy"), mlflow_version="2.9.2")

    assert plan.request.pip == ("mlflow==2.9.2", "numpy")
    assert plan.notes == (
        "the environment lacks MLflow: 'mlflow==2.9.2' was added, because MLmodel names version 2.9.2",
    )


def test_missing_mlflow_of_a_model_that_names_no_version_is_mlflow_1(models: Any) -> None:
    plan = models.plan(models.virtualenv("numpy"), mlflow_version="")

    assert plan.request.pip == ("mlflow<2", "numpy")
    assert plan.notes == (
        "the environment lacks MLflow: 'mlflow<2' was added, because MLmodel names no version, as before MLflow 2",
    )


@pytest.mark.parametrize(("version", "wanted"), [("3.2.0.dev0", "mlflow>=3.1"), ("2.9.2+db1", "mlflow>=2.9.2")])
def test_missing_mlflow_of_a_version_that_no_index_has_is_the_nearest_one(
    models: Any, version: str, wanted: str
) -> None:
    plan = models.plan(models.virtualenv("numpy"), mlflow_version=version)

    assert plan.request.pip == (wanted, "numpy")


@pytest.mark.parametrize("line", ["mlflow", "mlflow>=2,<3", "mlflow~=2.16"])
def test_mlflow_that_is_not_pinned_is_pinned_to_the_version_that_wrote_the_model(models: Any, line: str) -> None:
    plan = models.plan(models.virtualenv(line))

    assert plan.request.pip == ("mlflow==2.16.0",)
    assert plan.notes == (f"requirements.txt:1:1: '{line}' is taken as 'mlflow==2.16.0', which wrote the model",)


def test_mlflow_that_is_not_pinned_in_a_model_that_names_no_version_is_mlflow_1(models: Any) -> None:
    plan = models.plan(models.virtualenv("mlflow>=1.2"), mlflow_version="")

    assert plan.request.pip == ("mlflow>=1.2,<2",)
    assert plan.notes == ("requirements.txt:1:1: 'mlflow>=1.2' is taken as 'mlflow>=1.2,<2': " + _NO_VERSION,)


@pytest.mark.parametrize(
    "line", ["mlflow==2.10.0", "mlflow-skinny==2.16.0", "mlflow @ git+https://github.com/mlflow/mlflow.git"]
)
def test_mlflow_that_is_pinned_stays(models: Any, line: str) -> None:
    plan = models.plan(models.virtualenv(line))

    assert (plan.request.pip, plan.notes) == ((line,), ())


def test_skinny_mlflow_is_pinned_as_well(models: Any) -> None:
    plan = models.plan(models.virtualenv("mlflow-skinny"))

    assert plan.request.pip == ("mlflow-skinny==2.16.0",)


def test_range_without_the_version_that_wrote_the_model_stays_and_is_told(models: Any) -> None:
    plan = models.plan(models.virtualenv("mlflow>=3"))

    assert plan.request.pip == ("mlflow>=3",)
    assert plan.notes == ("requirements.txt:1:1: 'mlflow>=3' rules out MLflow 2.16.0, which wrote the model",)


def test_mlflow_from_conda_counts(models: Any) -> None:
    plan = models.plan(models.conda("python=3.11", "mlflow=2.16", pip=("numpy",)))

    assert (plan.request.pip, plan.notes) == (("numpy",), ())
