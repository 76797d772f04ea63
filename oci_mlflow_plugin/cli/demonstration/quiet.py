"""MLflow with a store of the demonstration's own, and without chatter."""

from __future__ import annotations

import contextlib
import io
import logging
import os
import warnings
from collections.abc import Iterator

from oci_mlflow_plugin.cli.demonstration.place import Place

#: What would lead MLflow to the user's own stores, runs and credentials.
_STEERING = (
    "MLFLOW_TRACKING_URI",
    "MLFLOW_REGISTRY_URI",
    "MLFLOW_EXPERIMENT_ID",
    "MLFLOW_EXPERIMENT_NAME",
    "MLFLOW_RUN_ID",
    "MLFLOW_ACTIVE_MODEL_ID",
)
_SILENT = {
    "GIT_PYTHON_REFRESH": "quiet",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
}
_LOGGERS = ("mlflow", "alembic", "git")


@contextlib.contextmanager
def own_store(place: Place) -> Iterator[None]:
    """MLflow works in the store of `place` alone, and in its folder, until the end; then all is as before."""
    before, folder = dict(os.environ), os.getcwd()  # noqa: PTH109 (what chdir takes back)
    for name in _STEERING:
        os.environ.pop(name, None)
    os.environ.update(_SILENT)
    os.environ["MLFLOW_TRACKING_URI"] = os.environ["MLFLOW_REGISTRY_URI"] = place.tracking_uri
    os.chdir(place.folder)
    try:
        yield
    finally:
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(before)


@contextlib.contextmanager
def silence() -> Iterator[None]:
    """Nothing that MLflow prints, logs or warns of within is shown; exceptions pass."""
    loggers = [logging.getLogger(name) for name in _LOGGERS]
    levels = [logger.level for logger in loggers]
    nowhere = io.StringIO()
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(nowhere), contextlib.redirect_stderr(nowhere):
            warnings.simplefilter("ignore")
            for logger in loggers:
                logger.setLevel(logging.CRITICAL + 1)
            yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
