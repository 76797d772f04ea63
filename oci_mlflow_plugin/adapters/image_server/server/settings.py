"""What the server is told by its command line and its environment."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

#: Where OCI mounts the model of a container deployment, read-only.
_MODEL = "/opt/ds/model/deployed_model"
_PORTS = range(1, 65536)
#: Set by the server for itself: a model that cannot be shared by processes is loaded by each of them.
APART = "OCI_MLFLOW_SERVER_LOAD_APART"


class Settings(NamedTuple):
    """The settings of one server."""

    ports: tuple  # type: ignore[type-arg]
    model: Path
    host: str
    #: Processes that answer, or None for as many as memory and processors allow.
    workers: int | None
    #: Predictions at once in each process, or None for as many as suit the model.
    threads: int | None
    #: Whether each process loads the model for itself.
    apart: bool


def read_settings(arguments: Sequence[str], environ: Mapping[str, str]) -> Settings:
    """The command line, which wins, and the environment.

    Raises:
        ValueError: A value cannot be used; the message names where it stands.
    """
    told = _parser().parse_args(arguments)
    ports = told.port or environ.get("OCI_MLFLOW_SERVER_PORT") or "8080"
    return Settings(
        ports=tuple(sorted({_number(text, "the port", _PORTS) for text in ports.split(",")})),
        model=_folder(Path(told.model or environ.get("OCI_MLFLOW_SERVER_MODEL") or _MODEL)),
        host=told.host,
        workers=_count(environ, "WEB_CONCURRENCY"),
        threads=_count(environ, "OCI_MLFLOW_SERVER_THREADS"),
        apart=bool(environ.get(APART)),
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("oci_mlflow_server", description="Serves the MLflow model in a folder.")
    parser.add_argument("--port", help="port, or ports with commas between (OCI_MLFLOW_SERVER_PORT; default: 8080)")
    parser.add_argument("--model", help=f"the model's folder (OCI_MLFLOW_SERVER_MODEL; default: {_MODEL})")
    parser.add_argument("--host", default="0.0.0.0", help="address to listen on")  # noqa: S104 - a container's own
    return parser


def _count(environ: Mapping[str, str], name: str) -> int | None:
    text = environ.get(name, "").strip()
    return _number(text, name, range(1, 1025)) if text else None


def _number(text: str, what: str, allowed: range) -> int:
    if not text.strip().isdecimal() or int(text) not in allowed:
        message = f"{what} has to be a whole number from {allowed[0]} to {allowed[-1]}, got '{text}'"
        raise ValueError(message)
    return int(text)


def _folder(given: Path) -> Path:
    """The folder that holds ``MLmodel``: the given one, or the only one below it that does.

    Raises:
        ValueError: There is none, or more than one.
    """
    if (given / "MLmodel").is_file():
        return given
    found = sorted(path.parent for path in given.glob("*/MLmodel"))
    if len(found) != 1:
        what = "no folder with an MLmodel file" if not found else f"more than one model: {', '.join(map(str, found))}"
        message = f"there is {what} at {given}"
        raise ValueError(message)
    return found[0]
