"""The one border where errors of the core become MLflow's and click's.

MLflow's command line has no handler of its own: an `MlflowException` would end it with a traceback. An error that is
a `click.ClickException` too ends it with one clean message and exit code 1, and still carries MLflow's error code.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click
from mlflow.exceptions import MlflowException
from mlflow.protos import databricks_pb2 as codes

from oci_mlflow_core import errors
from oci_mlflow_plugin.error_text import error_text

#: From the special to the general; the first class that fits gives the code.
ERROR_CODES: tuple[tuple[type[errors.DeploymentError], int], ...] = (
    (errors.NoSuchModelError, codes.RESOURCE_DOES_NOT_EXIST),
    (errors.NoSuchDeploymentError, codes.RESOURCE_DOES_NOT_EXIST),
    (errors.PackNotFoundError, codes.RESOURCE_DOES_NOT_EXIST),
    (errors.NameInUseError, codes.RESOURCE_ALREADY_EXISTS),
    (errors.PackConflictError, codes.RESOURCE_ALREADY_EXISTS),
    (errors.ConflictError, codes.RESOURCE_CONFLICT),
    (errors.NotAuthorizedError, codes.PERMISSION_DENIED),
    (errors.QuotaExceededError, codes.RESOURCE_LIMIT_EXCEEDED),
    (errors.ThrottledError, codes.REQUEST_LIMIT_EXCEEDED),
    (errors.UnavailableError, codes.TEMPORARILY_UNAVAILABLE),
    (errors.TimedOutError, codes.DEADLINE_EXCEEDED),
    (errors.CancelledError, codes.CANCELLED),
    (errors.InvalidRequestError, codes.INVALID_PARAMETER_VALUE),
    (errors.SpecError, codes.INVALID_PARAMETER_VALUE),
    (errors.TargetError, codes.INVALID_PARAMETER_VALUE),
    (errors.AmbiguousNameError, codes.INVALID_PARAMETER_VALUE),
    (errors.ArtifactError, codes.INVALID_PARAMETER_VALUE),
    (errors.UnsolvableEnvironmentError, codes.INVALID_PARAMETER_VALUE),
    (errors.NoSuchBuilderError, codes.INVALID_PARAMETER_VALUE),
    (errors.BuilderUnavailableError, codes.INVALID_PARAMETER_VALUE),
    (errors.PayloadError, codes.INVALID_PARAMETER_VALUE),
    (errors.PackCorruptError, codes.DATA_LOSS),
    (errors.OutOfSpaceError, codes.RESOURCE_EXHAUSTED),
    (errors.DeploymentError, codes.INTERNAL_ERROR),
)

_BAD_REQUEST = range(400, 500)


class OciMlflowError(MlflowException, click.ClickException):  # type: ignore[misc] # both have a message
    """Any error of this plugin, as MLflow's and click's users know errors; the cause is the core's error."""

    def __init__(self, message: str, error_code: int) -> None:
        MlflowException.__init__(self, message, error_code=error_code)

    def format_message(self) -> str:
        """What click prints after ``Error:``."""
        return str(self.message)


def to_mlflow(error: errors.DeploymentError) -> OciMlflowError:
    """The error as it leaves the plugin."""
    return OciMlflowError(error_text(error), _code(error))


def _code(error: errors.DeploymentError) -> int:
    if isinstance(error, errors.PredictionError) and error.status in _BAD_REQUEST:
        return codes.BAD_REQUEST
    return next(code for kind, code in ERROR_CODES if isinstance(error, kind))


@contextmanager
def leaving_as_mlflow_errors() -> Iterator[None]:
    """Lets errors of the core leave as `OciMlflowError`; anything else is a defect and keeps its traceback."""
    try:
        yield
    except errors.DeploymentError as error:
        raise to_mlflow(error) from error
