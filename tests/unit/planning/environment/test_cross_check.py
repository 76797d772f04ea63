from __future__ import annotations

from typing import Any

import pytest

_AGREE = "Log the model again, so that its environment files agree."


def test_files_that_agree_need_no_note(models: Any) -> None:
    pip = ("mlflow==2.16.0", "numpy==1.26.4")

    plan = models.plan(models.conda("python=3.11.7", pip=pip) | models.virtualenv(*pip))

    assert (plan.request.python, plan.request.pip, plan.notes) == ("3.11.7", pip, ())


def test_different_minor_pythons_are_a_contradiction(models: Any) -> None:
    fault = models.fault(models.conda("numpy", "python=3.11.7") | models.virtualenv(python="3.12.1"))

    assert str(fault) == (
        "models:/cancer/1: conda.yaml:3:5: 'python=3.11.7' contradicts python_env.yaml:1:9: 'python 3.12.1'"
    )
    assert fault.hint == "Log the model again with one Python version in all of its environment files."


def test_different_patches_of_python_are_told(models: Any) -> None:
    plan = models.plan(models.conda("python=3.11.7") | models.virtualenv("mlflow==2.16.0", python="3.11.4"))

    assert plan.request.python == "3.11.7"
    assert plan.notes == (
        "python_env.yaml:1:9: 'python 3.11.4' is not conda.yaml:2:5: 'python=3.11.7'; the latter is taken",
    )


def test_exact_python_of_one_file_narrows_the_range_of_the_other(models: Any) -> None:
    plan = models.plan(models.conda("python>=3.9,<3.12") | models.virtualenv("mlflow==2.16.0", python="3.11.4"))

    assert plan.request.python == "3.11.4"
    assert plan.notes == ()


@pytest.mark.parametrize(
    ("in_conda", "in_requirements"),
    [
        ("numpy==1.26.4", "numpy==2.0.0"),
        ("numpy==2.0.0", "numpy<2"),
        ("numpy<2", "numpy==2.0.0"),
        ("numpy @ https://example.com/numpy.zip", "numpy==2.0.0"),
    ],
)
def test_requirements_that_cannot_both_be_met_are_a_contradiction(
    models: Any, in_conda: str, in_requirements: str
) -> None:
    fault = models.fault(models.conda("python=3.11", pip=("mlflow", in_conda)) | models.virtualenv(in_requirements))

    assert str(fault) == (
        f"models:/cancer/1: conda.yaml:5:7: '{in_conda}' contradicts requirements.txt:1:1: '{in_requirements}'"
    )
    assert fault.hint == _AGREE


def test_pins_of_one_version_in_two_spellings_agree(models: Any) -> None:
    files = models.conda("python=3.11", pip=("mlflow==2.16",)) | models.virtualenv("mlflow==2.16.0")

    plan = models.plan(files)

    assert plan.request.pip == ("mlflow==2.16",)


@pytest.mark.parametrize(
    ("in_requirements", "both"), [("numpy==1.26.4", "numpy==1.26.4"), ("numpy<2", "numpy>=1.22,<2")]
)
def test_requirements_that_can_both_be_met_are_joined_and_told(models: Any, in_requirements: str, both: str) -> None:
    pip = ("mlflow==2.16.0", "numpy>=1.22")

    plan = models.plan(models.conda("python=3.11", pip=pip) | models.virtualenv(in_requirements))

    assert both in plan.request.pip
    assert plan.notes == (
        f"conda.yaml:5:7: 'numpy>=1.22' and requirements.txt:1:1: '{in_requirements}' are both met by '{both}'",
    )


def test_requirements_for_different_markers_do_not_meet(models: Any) -> None:
    lines = ("numpy<2; python_version < '3.12'", "numpy>=2; python_version >= '3.12'")

    plan = models.plan(models.virtualenv("mlflow==2.16.0", *lines))

    assert plan.request.pip[1:] == ('numpy<2; python_version < "3.12"', 'numpy>=2; python_version >= "3.12"')


def test_requirement_of_the_second_file_only_is_installed_too(models: Any) -> None:
    plan = models.plan(models.conda("python=3.11") | models.virtualenv("mlflow==2.16.0", "numpy"))

    assert "numpy" in plan.request.pip
    assert plan.notes == ("requirements.txt:2:1: 'numpy' is not in conda.yaml; it is installed too",)


def test_equal_files_in_another_order_make_equal_requests(models: Any) -> None:
    first = models.plan(models.conda("python=3.11", pip=("mlflow==2.16.0", "NumPy>=1.22,<2")))
    second = models.plan(models.conda("python==3.11", pip=("numpy<2,>=1.22", "mlflow==2.16.0")))

    assert first.request.digest == second.request.digest


def test_uv_lock_is_read_through_what_mlflow_exported(models: Any) -> None:
    plan = models.plan(models.virtualenv("mlflow==2.16.0") | {"uv.lock": "version = 1\n"})

    assert plan.notes == (
        "uv.lock itself is not used: the versions are those that MLflow exported from it when the model was logged",
    )
