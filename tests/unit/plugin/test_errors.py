"""Errors as they leave the plugin."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from mlflow.exceptions import MlflowException

from oci_mlflow_core import errors
from oci_mlflow_plugin.error_text import error_text
from oci_mlflow_plugin.errors import ERROR_CODES, OciMlflowError, leaving_as_mlflow_errors, to_mlflow


def every_error(kind: type[errors.DeploymentError] = errors.DeploymentError) -> Iterator[type[errors.DeploymentError]]:
    for below in kind.__subclasses__():
        yield below
        yield from every_error(below)


def test_an_error_is_mlflows_and_clicks_at_once() -> None:
    error = to_mlflow(errors.InvalidRequestError("that cannot be"))

    assert isinstance(error, MlflowException)
    assert isinstance(error, click.ClickException)
    assert error.exit_code == 1
    assert error.error_code == "INVALID_PARAMETER_VALUE"
    assert str(error) == "that cannot be"


def test_click_shows_one_clean_message(capsys: pytest.CaptureFixture[str]) -> None:
    to_mlflow(errors.NameInUseError("a deployment is called 'x'", "Choose another name.")).show()

    assert capsys.readouterr().err == "Error: a deployment is called 'x'\nHint: Choose another name.\n"


def test_what_is_left_is_listed_below_the_hint() -> None:
    error = errors.InvalidRequestError("no", "Do this.")
    error.leftovers = ("a model (ocid1.m)", "a pack")

    assert error_text(error) == "no\nHint: Do this.\nStill there:\n  a model (ocid1.m)\n  a pack"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.NoSuchModelError("models:/x/1", "no such version"), "RESOURCE_DOES_NOT_EXIST"),
        (errors.ArtifactError("models:/x/1", "unreadable"), "INVALID_PARAMETER_VALUE"),
        (errors.NoSuchDeploymentError("no deployment"), "RESOURCE_DOES_NOT_EXIST"),
        (errors.NameInUseError("taken"), "RESOURCE_ALREADY_EXISTS"),
        (errors.AmbiguousNameError("several"), "INVALID_PARAMETER_VALUE"),
        (errors.ConflictError("busy"), "RESOURCE_CONFLICT"),
        (errors.NotAuthorizedError("no"), "PERMISSION_DENIED"),
        (errors.QuotaExceededError("full"), "RESOURCE_LIMIT_EXCEEDED"),
        (errors.ThrottledError("slow down"), "REQUEST_LIMIT_EXCEEDED"),
        (errors.UnavailableError("away"), "TEMPORARILY_UNAVAILABLE"),
        (errors.TimedOutError("x", "ocid1.x", "the server", 3.0), "DEADLINE_EXCEEDED"),
        (errors.CancelledError("waiting"), "CANCELLED"),
        (errors.PackNotFoundError("oci://b@n/p", "no pack"), "RESOURCE_DOES_NOT_EXIST"),
        (errors.PackConflictError("oci://b@n/p", "another"), "RESOURCE_ALREADY_EXISTS"),
        (errors.PackCorruptError("oci://b@n/p", "wrong bytes"), "DATA_LOSS"),
        (errors.PackStoreError("oci://b@n/p", "broken"), "INTERNAL_ERROR"),
        (errors.OutOfSpaceError(Path("/full"), "packing"), "RESOURCE_EXHAUSTED"),
        (errors.PayloadError("no rows"), "INVALID_PARAMETER_VALUE"),
        (errors.BuildError("uv", "lock", "crashed"), "INTERNAL_ERROR"),
        (errors.UnsolvableEnvironmentError("uv", "lock", "no version"), "INVALID_PARAMETER_VALUE"),
        (errors.DeploymentFailedError("x", "ocid1.x", "score.py raised"), "INTERNAL_ERROR"),
        (errors.PredictionError("x", 400, "", "no column"), "BAD_REQUEST"),
        (errors.PredictionError("x", 503, "", "overloaded"), "INTERNAL_ERROR"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else value,
)
def test_each_kind_of_error_has_its_code(error: errors.DeploymentError, code: str) -> None:
    assert to_mlflow(error).error_code == code


def test_no_error_is_hidden_by_one_above_it_in_the_table() -> None:
    kinds: list[type[errors.DeploymentError]] = [kind for kind, _ in ERROR_CODES]

    hidden = [later for index, later in enumerate(kinds) if issubclass(later, tuple(kinds[:index]))]

    assert hidden == []


@pytest.mark.parametrize("kind", sorted(every_error(), key=str))
def test_each_kind_of_error_is_in_the_table_itself_or_by_its_base(kind: type[errors.DeploymentError]) -> None:
    assert any(issubclass(kind, known) for known, _ in ERROR_CODES)


def test_an_error_of_the_core_leaves_with_its_cause() -> None:
    cause = errors.InvalidRequestError("no")

    with pytest.raises(OciMlflowError) as caught, leaving_as_mlflow_errors():
        raise cause

    assert caught.value.__cause__ is cause


def test_a_defect_keeps_its_own_class() -> None:
    with pytest.raises(ZeroDivisionError), leaving_as_mlflow_errors():
        _ = 1 / 0


def test_an_error_survives_being_told_as_json() -> None:
    told = json.loads(to_mlflow(errors.InvalidRequestError("no")).serialize_as_json())  # type: ignore[no-untyped-call]

    assert (told["error_code"], told["message"]) == ("INVALID_PARAMETER_VALUE", "no")
