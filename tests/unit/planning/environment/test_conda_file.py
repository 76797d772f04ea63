from __future__ import annotations

from typing import Any

import pytest


def test_packages_stay_as_they_stand_without_python_and_pip(models: Any) -> None:
    plan = models.plan(models.conda("python=3.11", "pip<=23.2.1", "libgdal >=3.5", "conda-forge::lightgbm=4.1.0=cpu_*"))

    assert plan.request.conda == ("conda-forge::lightgbm=4.1.0=cpu_*", "libgdal >=3.5")


def test_channels_keep_their_order(models: Any) -> None:
    files = models.conda("python=3.11")
    files["conda.yaml"] += "channels:\n- https://conda.example.com/ml\n- [conda-forge, defaults]\n- nodefaults\n"

    plan = models.plan(files)

    assert plan.request.channels == ("https://conda.example.com/ml", "conda-forge", "defaults")


def test_pip_section_may_include_files_of_the_model(models: Any) -> None:
    files = models.conda("python=3.11", pip=("-r requirements.txt", "-c constraints.txt"))
    files |= {"requirements.txt": "mlflow==2.16.0\nnumpy\n", "constraints.txt": "numpy<2\n"}

    plan = models.plan(files)

    assert plan.request.pip == ("mlflow==2.16.0", "numpy")
    assert plan.request.constraints == ("numpy<2",)


def test_several_pip_sections_are_one(models: Any) -> None:
    text = "dependencies:\n- python=3.11\n- pip: [mlflow==2.16.0]\n- pip: [numpy]\n"

    plan = models.plan({"conda.yaml": text})

    assert plan.request.pip == ("mlflow==2.16.0", "numpy")


def test_key_of_no_use_is_told(models: Any) -> None:
    files = models.conda("python=3.11")
    files["conda.yaml"] += "name: mlflow-env\nvariables:\n  A: b\n"

    plan = models.plan(files)

    assert plan.notes == ("conda.yaml:6:1: 'variables' is of no use here and is left out",)


def test_conda_file_of_another_name_is_read(models: Any) -> None:
    plan = models.plan({"my_env.yml": models.conda("python=3.11")["conda.yaml"]})

    assert (plan.request.python, plan.request.origin) == ("==3.11.*", "my_env.yml")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("dependencies: [python=3.11\n", "conda.yaml:2:1: "),
        ("- python=3.11\n", "conda.yaml:1:1: expected a mapping of keys to values"),
        ("dependencies: python=3.11\n", "conda.yaml:1:15: expected a list, got 'python=3.11'"),
        ("dependencies:\n- python=3.11\n- pip: mlflow\n", "conda.yaml:3:8: expected a list, got 'mlflow'"),
        (
            "dependencies:\n- npm: [left-pad]\n",
            "conda.yaml:2:3: expected a match spec or a 'pip' list, got a mapping of 'npm'",
        ),
        ("dependencies:\n- pip:\n  - {a: b}\n", "conda.yaml:3:5: expected text, got a mapping"),
        ("name: a\nname: b\n", "conda.yaml:2:1: "),
    ],
)
def test_what_is_no_environment_file_is_an_error_at_its_place(models: Any, text: str, reason: str) -> None:
    fault = models.fault({"conda.yaml": text})

    assert str(fault).startswith(f"models:/cancer/1: {reason}")


def test_model_without_environment_files_is_an_error(models: Any) -> None:
    fault = models.fault({})

    assert str(fault) == ("models:/cancer/1: MLmodel: the model has no conda.yaml, python_env.yaml or requirements.txt")
    assert fault.hint == "Log the model again with pip_requirements or conda_env."
