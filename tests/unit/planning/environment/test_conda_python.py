from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize(
    ("dependency", "python"),
    [
        ("python=3.9", "==3.9.*"),
        ("python==3.9", "==3.9.*"),
        ("python==3.11", "==3.11.*"),
        ("python=3.10.13", "3.10.13"),
        ("python==3.10.13", "3.10.13"),
        ("python 3.10.*", "==3.10.*"),
        ("python=3.10.*", "==3.10.*"),
        ("python=3.10*", "==3.10.*"),
        ("python 3.12", "==3.12.*"),
        ("python = 3.12", "==3.12.*"),
        ("python>=3.9,<3.12", ">=3.9,<3.12"),
        ("python >=3.9, <3.12", ">=3.9,<3.12"),
        ("python<3.12", "<3.12"),
        ("python>3.8", ">3.8"),
        ("python~=3.11.2", "~=3.11.2"),
        ("python>=3.11,!=3.11.4", ">=3.11,!=3.11.4"),
        ("conda-forge::python=3.9", "==3.9.*"),
        ("conda-forge/linux-64::python=3.9", "==3.9.*"),
        ("python[version='>=3.9,<3.12']", ">=3.9,<3.12"),
        ("python[version=3.11,channel=conda-forge]", "==3.11.*"),
        ("Python=3.11", "==3.11.*"),
        ("'python=3.11  # why'", "==3.11.*"),
        ("python=3", "==3.*"),
    ],
)
def test_python_is_read_from_every_form_of_a_match_spec(models: Any, dependency: str, python: str) -> None:
    plan = models.plan(models.conda(dependency))

    assert plan.request.python == python


def test_package_whose_name_begins_with_python_is_not_python(models: Any) -> None:
    plan = models.plan(models.conda("python-dateutil=2.8", "python_abi=3.10", "python=3.11"))

    assert plan.request.python == "==3.11.*"
    assert plan.request.conda == ("python-dateutil=2.8", "python_abi=3.10")


def test_unquoted_version_that_yaml_takes_for_a_number_keeps_its_zero(models: Any) -> None:
    plan = models.plan(models.virtualenv("mlflow==2.16.0", python="3.10"))

    assert plan.request.python == "==3.10.*"


def test_build_of_python_is_left_out_and_told(models: Any) -> None:
    plan = models.plan(models.conda("python=3.11.7=hab00c5b_1_cpython"))

    assert plan.request.python == "3.11.7"
    assert plan.notes == (
        "conda.yaml:2:5: the build of 'python=3.11.7=hab00c5b_1_cpython' is not asked for, only its version",
    )


def test_newest_alternative_of_python_is_taken_and_told(models: Any) -> None:
    plan = models.plan(models.conda("python=3.11|3.12"))

    assert plan.request.python == "==3.12.*"
    assert plan.notes == ("conda.yaml:2:5: 'python=3.11|3.12' leaves a choice; Python ==3.12.* is taken",)


def test_range_of_pythons_is_narrowed_to_the_one_that_wrote_the_model(models: Any) -> None:
    plan = models.plan(models.conda("python>=3.9,<3.13"), python_version="3.11.4")

    assert plan.request.python == "==3.11.*"
    assert plan.notes == (
        "conda.yaml:2:5: 'python>=3.9,<3.13' leaves a choice; Python 3.11, which wrote the model, is taken",
    )


def test_range_without_the_python_that_wrote_the_model_is_kept(models: Any) -> None:
    plan = models.plan(models.conda("python>=3.11,<3.13"), python_version="3.9.1")

    assert plan.request.python == ">=3.11,<3.13"


def test_python_that_no_file_names_is_the_one_that_wrote_the_model(models: Any) -> None:
    plan = models.plan(models.conda("python"), python_version="3.11.4")

    assert plan.request.python == "3.11.4"
    assert plan.notes == ("no environment file says which Python is needed: 3.11.4, which wrote the model, is taken",)


def test_python_that_nothing_names_is_an_error(models: Any) -> None:
    fault = models.fault(models.conda("numpy"))

    assert str(fault) == "models:/cancer/1: conda.yaml: no file of the model says which Python it needs"
    assert fault.hint == "Add 'python=3.11', or the version that the model needs, to the dependencies of conda.yaml."


@pytest.mark.parametrize(
    ("dependency", "reason"),
    [
        ("python=three", "the Python version of 'python=three' cannot be understood: '=three' is not a version"),
        ("python=2.7", "no Python 3 fits 'python=2.7'"),
        ("python>3.11,<3.9", "no Python 3 fits 'python>3.11,<3.9'"),
        ("'=3.11'", "'=3.11' is not a conda match spec: there is no package name in it"),
    ],
)
def test_python_that_cannot_be_is_an_error_at_its_place(models: Any, dependency: str, reason: str) -> None:
    fault = models.fault(models.conda("numpy", dependency))

    assert str(fault) == f"models:/cancer/1: conda.yaml:3:5: {reason}"


@pytest.mark.parametrize(
    ("version", "end"), [("3.7", "June 2023"), ("3.8", "October 2024"), ("3.9.18", "October 2025")]
)
def test_python_that_gets_no_fixes_is_told(models: Any, version: str, end: str) -> None:
    plan = models.plan(models.conda(f"python={version}"))

    assert plan.notes == (f"Python {version[:3]} gets no security fixes after {end}",)


def test_python_that_is_cared_for_needs_no_note(models: Any) -> None:
    assert models.plan(models.conda("python=3.12")).notes == ()
