"""Calls of MLflow that neither chatter nor hang, and whose failures are ours."""

from __future__ import annotations

import errno
import logging
import os
import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from oci_mlflow_core.errors import ArtifactError, DeploymentError, OutOfSpaceError
from oci_mlflow_core.planning.environment.place import without_credentials

_T = TypeVar("_T")
_LOGGERS = ("mlflow", "alembic", "urllib3")
#: MLflow's own defaults (seven retries, two minutes each) keep a user waiting for many minutes at a dead server.
_SHORT = {
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "2",
    "MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR": "1",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "15",
}
#: For what is only looked at by the way; the user's own patience is for what they ask for.
_ONCE = {"MLFLOW_HTTP_REQUEST_MAX_RETRIES": "0", "MLFLOW_HTTP_REQUEST_TIMEOUT": "5"}
_PATIENT = {"MLFLOW_HTTP_REQUEST_MAX_RETRIES": "3", "MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR": "1"}
_SILENT = {"MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false"}
_MISSING = frozenset({"RESOURCE_DOES_NOT_EXIST", "NOT_FOUND"})
_REFUSED = frozenset({"UNAUTHENTICATED", "PERMISSION_DENIED"})
_VARIABLES = "MLFLOW_TRACKING_URI and MLFLOW_REGISTRY_URI"
#: Packages that are called otherwise than the first module that MLflow imports of them or for them.
_PACKAGES = {"botocore": "boto3"}
_STATUS = re.compile(r"failed with error code (\d{3})")
_UNREACHABLE = ("failed with exception", "Max retries exceeded", "Connection refused", "timed out")


@contextmanager
def calling(model_uri: str, *, files_to: Path | None = None, once: bool = False) -> Iterator[None]:
    """Calls of MLflow within are silent and end in bounded time; what they raise becomes an `ArtifactError`.

    Args:
        model_uri: What the calls are about, for the error; empty where that is the registry.
        files_to: Where files are brought to, if they are: a single answer may take long then, and that disk be full.
        once: Whether nothing is tried twice, and nothing waited for long, whatever the user has set.
    """
    import mlflow  # noqa: F401, PLC0415 (it sets its loggers up when it is imported, so that comes first)

    try:
        with _settings(_ONCE if once else _unset(_PATIENT if files_to else _SHORT)), _silence():
            yield
    except DeploymentError:
        raise
    except Exception as fault:  # noqa: BLE001 (stores raise whatever their libraries do)
        if files_to and _is_out_of_space(fault):
            raise OutOfSpaceError(files_to, "fetching the model") from None
        raise _translated(model_uri, fault) from None


def _unset(bounds: dict[str, str]) -> dict[str, str]:
    """Those that the user has not set."""
    return {name: value for name, value in bounds.items() if name not in os.environ}


@contextmanager
def _settings(bounds: dict[str, str]) -> Iterator[None]:
    """Sets these, and the progress bar off, until the end."""
    changed = {**bounds, **_SILENT}
    before = {name: os.environ.get(name) for name in changed}
    os.environ.update(changed)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextmanager
def _silence() -> Iterator[None]:
    levels = {name: logging.getLogger(name).level for name in _LOGGERS}
    for name in _LOGGERS:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)


def is_missing(fault: Exception) -> bool:
    """Whether MLflow says that something is not there."""
    return getattr(fault, "error_code", "") in _MISSING


def unless_missing(ask: Callable[[], _T]) -> _T | None:
    """What MLflow answers; None where it says that the thing is not there."""
    try:
        return ask()
    except Exception as fault:
        if is_missing(fault):
            return None
        raise


def _is_out_of_space(fault: BaseException) -> bool:
    """Whether a disk was full; MLflow hands failures of its download threads over as text."""
    return getattr(fault, "errno", None) == errno.ENOSPC or os.strerror(errno.ENOSPC) in str(fault)


def store_name() -> str:
    """The registry that MLflow is set up for, without credentials."""
    import mlflow  # noqa: PLC0415

    return without_credentials(mlflow.get_registry_uri())


def _translated(model_uri: str, fault: Exception) -> ArtifactError:
    if isinstance(fault, ModuleNotFoundError):
        module = str(fault.name).partition(".")[0]
        whose = "its" if model_uri else "the registry's"
        reason = (
            f"{whose} store needs the Python package '{_PACKAGES.get(module, module)}', which is not installed here"
        )
        return ArtifactError(model_uri, reason, "Install it beside MLflow and run the command again.")
    said = without_credentials(str(fault).strip().partition("\n")[0]) or type(fault).__name__
    status = _STATUS.search(said)
    if status and status[1] == "404":
        hint = f"Check that {_VARIABLES} name an MLflow server, with its path prefix."
        return ArtifactError(model_uri, f"'{store_name()}' answers, but not as an MLflow server does", hint)
    if getattr(fault, "error_code", "") in _REFUSED or (status and status[1] in {"401", "403"}):
        how = f" with status {status[1]}" if status else f": {said}"
        hint = "Check MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN."
        return ArtifactError(model_uri, f"'{store_name()}' refused the request{how}", hint)
    if isinstance(fault, (ConnectionError, TimeoutError)) or any(text in said for text in _UNREACHABLE):
        hint = f"Check that {_VARIABLES} name it and that it runs."
        return ArtifactError(model_uri, f"the MLflow server '{store_name()}' does not answer", hint)
    return ArtifactError(model_uri, f"MLflow cannot read {'it' if model_uri else 'the registry'}: {said}")
