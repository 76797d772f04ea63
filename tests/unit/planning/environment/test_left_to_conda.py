from __future__ import annotations

from typing import Any

import pytest


def test_requirement_that_conda_meets_exactly_is_left_to_it(models: Any) -> None:
    files = models.conda("python=3.11", "scikit-learn=1.3.2") | models.virtualenv("scikit-learn==1.3.2")

    plan = models.plan(files)

    assert (plan.request.conda, plan.request.pip) == (("scikit-learn=1.3.2",), ("mlflow==2.16.0",))
    assert plan.notes == (
        "requirements.txt:1:1: 'scikit-learn==1.3.2' is left to conda, see conda.yaml:3:5: 'scikit-learn=1.3.2'",
    )


def test_version_that_pip_pins_binds_conda_where_it_leaves_a_choice(models: Any) -> None:
    files = models.conda("python=3.11", "scikit-learn=1.3") | models.virtualenv("scikit-learn==1.3.2")

    plan = models.plan(files)

    assert plan.request.conda == ("scikit-learn ==1.3.2", "scikit-learn=1.3")
    assert plan.request.pip == ("mlflow==2.16.0",)
    (note,) = plan.notes
    assert note == (
        "requirements.txt:1:1: 'scikit-learn==1.3.2' is left to conda, together with conda.yaml:3:5: 'scikit-learn=1.3'"
    )


@pytest.mark.parametrize(
    ("asked", "bound"),
    [
        ("numpy>=1.22,<2", "numpy >=1.22,<2"),
        ("numpy==1.26.*", "numpy 1.26.*"),
        ("numpy!=1.25.*,~=1.22", "numpy ~=1.22,!=1.25.*"),
        ("numpy===1.26.4", "numpy ==1.26.4"),
    ],
)
def test_range_of_pip_binds_conda_in_its_own_words(models: Any, asked: str, bound: str) -> None:
    plan = models.plan(models.conda("python=3.11", "numpy", pip=("mlflow==2.16.0", asked)))

    assert plan.request.conda == ("numpy", bound)


def test_bound_of_some_machines_only_does_not_bind_conda(models: Any) -> None:
    plan = models.plan(models.conda("python=3.11", "numpy", pip=("mlflow==2.16.0", "numpy<2; os_name == 'nt'")))

    assert plan.request.conda == ("numpy",)


def test_requirement_with_extras_stays_with_pip_too(models: Any) -> None:
    plan = models.plan(models.conda("python=3.11", "dask=2024.1.0", pip=("mlflow==2.16.0", "dask[dataframe]")))

    assert plan.request.pip == ("dask[dataframe]", "mlflow==2.16.0")
    (note,) = plan.notes
    assert note == (
        "conda.yaml:6:7: 'dask[dataframe]' is left to conda, see conda.yaml:3:5: 'dask=2024.1.0'; "
        "pip adds what its extras need"
    )


def test_direct_reference_is_not_left_to_conda(models: Any) -> None:
    reference = "numpy @ https://packages.example.com/numpy-1.26.4-cp311-cp311-linux_x86_64.whl"

    plan = models.plan(models.conda("python=3.11", "numpy", pip=("mlflow==2.16.0", reference)))

    assert plan.request.pip == ("mlflow==2.16.0", reference)


@pytest.mark.parametrize(
    ("conda", "pip"),
    [
        ("scikit-learn=1.2", "scikit-learn==1.3.2"),
        ("scikit-learn=1.3.2", "scikit-learn<1.3"),
        ("scikit-learn==1.2.2|==1.3.0", "scikit-learn>1.3.0"),
    ],
)
def test_conda_and_pip_that_want_different_versions_are_a_contradiction(models: Any, conda: str, pip: str) -> None:
    fault = models.fault(models.conda("python=3.11", conda) | models.virtualenv(pip))

    assert str(fault) == f"models:/cancer/1: conda.yaml:3:5: '{conda}' contradicts requirements.txt:1:1: '{pip}'"


def test_channel_of_one_package_is_searched_after_those_of_the_list(models: Any) -> None:
    files = models.conda("python=3.11", "nvidia::cuda-runtime", "pytorch/linux-64::pytorch")

    plan = models.plan({"conda.yaml": f"channels: [conda-forge]\n{files['conda.yaml']}"})

    assert plan.request.channels == ("conda-forge", "nvidia", "pytorch")


def test_token_of_a_channel_is_in_no_message(models: Any) -> None:
    text = "https://conda.anaconda.org/t/ab-1234/acme::python=2.7"

    fault = models.fault(models.conda(text))

    assert str(fault) == (
        "models:/cancer/1: conda.yaml:2:5: no Python 3 fits 'https://conda.anaconda.org/t/***/acme::python=2.7'"
    )
