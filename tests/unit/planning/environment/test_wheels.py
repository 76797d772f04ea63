from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

WHEEL = "code/my_pkg-1.2-py3-none-any.whl"


@pytest.mark.parametrize("line", [WHEEL, f"./{WHEEL}", "code\\my_pkg-1.2-py3-none-any.whl"])
def test_wheel_of_the_model_is_asked_for_by_its_version(models: Any, line: str) -> None:
    plan = models.plan(models.virtualenv("mlflow==2.16.0", line), wheels=(WHEEL,))

    assert plan.request.pip == ("mlflow==2.16.0", "my-pkg==1.2")
    assert [(wheel.path, wheel.filename) for wheel in plan.request.wheels] == [(WHEEL, "my_pkg-1.2-py3-none-any.whl")]


def test_wheel_keeps_its_extras_and_marker(models: Any) -> None:
    line = f"{WHEEL}[fast] ; python_version < '3.12'"

    plan = models.plan(models.virtualenv("mlflow==2.16.0", line), wheels=(WHEEL,))

    assert "my-pkg[fast]==1.2; python_version < '3.12'" in plan.request.pip


def test_wheel_that_no_file_speaks_of_is_not_asked_for(models: Any) -> None:
    plan = models.plan(models.virtualenv("mlflow==2.16.0"), wheels=(WHEEL,))

    assert plan.request.wheels == ()


def test_folder_of_wheels_offers_all_of_them(models: Any) -> None:
    wheels = ("wheels/b-2-py3-none-any.whl", "code/c-3-py3-none-any.whl", "wheels/a-1-py3-none-any.whl")

    plan = models.plan(models.virtualenv("mlflow==2.16.0", "--find-links ./wheels", "a"), wheels=wheels)

    assert [wheel.path for wheel in plan.request.wheels] == [wheels[2], wheels[0]]
    assert plan.request.pip_options.find_links == ()


def test_digest_of_the_request_follows_the_wheel_and_not_its_place(models: Any, tmp_path: Path) -> None:
    request = models.plan(models.virtualenv("mlflow==2.16.0", WHEEL), wheels=(WHEEL,)).request

    located = request.located_in(tmp_path)

    assert located.wheels[0].path == str(tmp_path / WHEEL)
    assert located.digest == request.digest


def test_wheel_that_the_model_lacks_is_an_error(models: Any) -> None:
    fault = models.fault(models.virtualenv(WHEEL), wheels=("code/my_pkg-1.3-py3-none-any.whl",))

    assert str(fault) == f"models:/cancer/1: requirements.txt:1:1: the model has no file '{WHEEL}'"
    assert fault.hint == "Did you mean 'code/my_pkg-1.3-py3-none-any.whl'?"


def test_folder_without_wheels_is_an_error(models: Any) -> None:
    fault = models.fault(models.virtualenv("mlflow", "-f wheels"))

    assert str(fault) == "models:/cancer/1: requirements.txt:2:1: the model has no wheel in its folder 'wheels'"
