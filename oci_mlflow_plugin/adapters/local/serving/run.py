"""A server process of a deployment."""

from __future__ import annotations

import importlib
import importlib.util
import logging
import sys

from oci_mlflow_plugin.adapters.local.serving.job import NOT_LOADED, Job
from oci_mlflow_plugin.adapters.local.supervision.lifeline import end_with

#: In order of preference: MLflow 3 brings uvicorn, MLflow 2 gunicorn, and waitress where there is no gunicorn.
_SERVERS = {
    "uvicorn": "uvicorn_server",
    "gunicorn": "gunicorn_server",
    "waitress": "waitress_server",
}
_STANDARD = "standard_server"


def main(arguments: list[str]) -> int:
    """Serves with the best server that the environment has, until SIGTERM or until the supervisor is gone."""
    job = Job.parse(arguments[0])
    end_with(job.lifeline)
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    server = importlib.import_module(f"oci_mlflow_plugin.adapters.local.serving.{chosen_server(job.server)}")
    try:
        server.serve(job)
    except BaseException:
        if not job.fault.exists():
            raise
        logging.getLogger("score").exception("score.py could not be loaded")
        return NOT_LOADED
    return 0


def chosen_server(name: str) -> str:
    """The module that serves; `name` picks one, empty takes the first that can be imported."""
    for package, module in _SERVERS.items():
        if name in {"", package} and importlib.util.find_spec(package) is not None:
            return module
    return _STANDARD
