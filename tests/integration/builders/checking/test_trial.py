"""Models are tried in their environments as the service runs them."""

from __future__ import annotations

from pathlib import Path

import attrs
import pytest
from integration.builders.checking.conftest import Tried

from oci_mlflow_core.errors import BuildError, CancelledError


def _failure(tried: Tried, model: Path) -> BuildError:
    with pytest.raises(BuildError) as caught:
        tried.check(model)
    assert caught.value.stage == "check"
    return caught.value


def test_the_model_s_own_example_is_predicted_and_the_prefix_stays_as_it_was(tried: Tried) -> None:
    prefix = tried.built.path
    before = {path: path.lstat().st_mtime_ns for path in prefix.rglob("*")}
    beside = set(prefix.parent.iterdir())

    notes = tried.check(tried.model())

    assert notes == ()
    assert tried.step.outcome is not None
    assert tried.step.outcome.startswith("predicts the model's input example; ")
    assert {path: path.lstat().st_mtime_ns for path in prefix.rglob("*")} == before
    assert set(prefix.parent.iterdir()) == beside


def test_a_model_without_an_example_is_loaded(tried: Tried) -> None:
    assert tried.check(tried.model(example=False)) == (
        "the model was logged without an input example: it was loaded, and no prediction was tried",
    )


def test_a_package_that_is_missing_is_told_with_the_traceback_s_end(tried: Tried) -> None:
    fault = _failure(tried, tried.model(loading="import a_package_that_is_not_there"))

    assert fault.reason == "the model cannot be loaded"
    assert fault.log_tail[-1] == "ModuleNotFoundError: No module named 'a_package_that_is_not_there'"
    assert fault.hint == (
        "The model was tried as the service runs it: nothing but its environment, no network, its folder read-only."
        " Where it needs what this machine has not, set OCI_MLFLOW_CHECK=import."
    )


def test_a_prediction_that_fails_is_told(tried: Tried) -> None:
    fault = _failure(tried, tried.model(predicting="raise ValueError('not this')"))

    assert fault.reason == "the model cannot predict its own input example"
    assert fault.log_tail[-1] == "ValueError: not this"


def test_a_model_that_writes_to_its_own_folder_fails_as_it_would_in_the_service(tried: Tried) -> None:
    fault = _failure(tried, tried.model(loading="open(path + '/cache', 'w')"))

    assert "the model's folder is read-only in the service" in fault.log_tail[-1]


def test_a_model_that_needs_a_network_fails_as_it_would_in_the_service(tried: Tried) -> None:
    fault = _failure(tried, tried.model(loading="__import__('socket').create_connection(('192.0.2.1', 80))"))

    assert fault.log_tail[-1].endswith("no network is reached while an environment is tried")


def test_a_crash_is_told_by_its_signal(tried: Tried) -> None:
    fault = _failure(tried, tried.model(predicting="__import__('os').abort()"))

    assert fault.reason == "the model cannot predict its own input example (it was ended by SIGABRT)"


def test_a_model_that_takes_too_long_is_ended(tried: Tried) -> None:
    tried.environ["OCI_MLFLOW_CHECK_SECONDS"] = "60"
    fault = _failure(tried, tried.model(loading="__import__('threading').Event().wait()"))

    assert fault.reason == "the model cannot be loaded within 60 s"
    assert fault.hint == "Give it more time with OCI_MLFLOW_CHECK_SECONDS, in seconds."


def test_stopping_ends_it_and_leaves_nothing(tried: Tried) -> None:
    begun = tried.folder / "begun"
    model = tried.model(loading=f"open({str(begun)!r}, 'w').close(); __import__('threading').Event().wait()")
    beside = set(tried.built.path.parent.iterdir())

    with pytest.raises(CancelledError):
        tried.check(model, stopped=begun.exists)

    assert set(tried.built.path.parent.iterdir()) == beside


def test_for_a_gpu_that_is_not_here_imports_are_all_that_is_tried(tried: Tried) -> None:
    if Path("/dev/nvidiactl").exists():
        pytest.skip("there is a GPU here")
    tried.request = attrs.evolve(tried.request, gpu=True)
    model = tried.model(predicting="raise AssertionError")
    (model / "MLmodel").write_text(
        (model / "MLmodel").read_text().replace("loader_module: loader", "loader_module: json")
    )

    notes = tried.check(model)

    assert notes == ("there is no GPU here: MLflow was imported, and the model was not loaded",)
