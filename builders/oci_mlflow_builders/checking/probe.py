"""Run by a pack's own Python: imports MLflow, loads a model, predicts its input example.

    python probe.py MODEL WHAT REPORT

WHAT is 'predict' or 'import'. The file REPORT says, as JSON, what is being done and what was found out; the exit
status is 0 where all of it worked. Nothing but the pack and the standard library of Python 3.8 or later is used.

As in the service, the model's folder cannot be written and nothing but this machine can be reached.
"""

from __future__ import annotations

import errno
import importlib
import ipaddress
import json
import os
import sys
from pathlib import Path
from typing import Any

_CHANGES = {"os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.truncate", "os.symlink", "os.link"}
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def restrict(model: str) -> None:
    """From now on Python code is refused what the service refuses it."""
    below = os.path.realpath(model) + os.sep

    def refuse(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "socket.connect" and _is_remote(arguments[1]):
            raise OSError(errno.ENETUNREACH, "no network is reached while an environment is tried")
        writes = event in _CHANGES or (event == "open" and isinstance(arguments[2], int) and arguments[2] & _WRITING)
        if writes and isinstance(arguments[0], (str, bytes)):
            path = os.path.realpath(os.fsdecode(arguments[0]))
            if (path + os.sep).startswith(below):
                raise OSError(errno.EROFS, "the model's folder is read-only in the service", path)

    sys.addaudithook(refuse)


def _is_remote(address: object) -> bool:
    if not isinstance(address, tuple):
        return False
    try:
        return not bool(ipaddress.ip_address(str(address[0]).partition("%")[0]).is_loopback)
    except ValueError:
        return bool(address[0] != "localhost")


class Report:
    """What has been found out so far, kept in a file, which is there also after a crash."""

    def __init__(self, path: str) -> None:
        self._path = Path(path)
        self._known: dict[str, Any] = {}

    def add(self, **known: Any) -> None:  # noqa: ANN401
        """Adds to it."""
        self._known.update(known)
        # whoever ends this process finds the file whole
        new = self._path.with_suffix(".new")
        new.write_text(json.dumps(self._known), encoding="utf-8")
        new.replace(self._path)


def main(model: str, what: str, path: str) -> None:
    """Does it all; an exception passes, and Python shows it."""
    report = Report(path)
    report.add(doing="start", python=".".join(map(str, sys.version_info[:3])))
    restrict(model)
    report.add(doing="import")
    import mlflow  # noqa: PLC0415 - what is being found out
    from mlflow.models import Model  # noqa: PLC0415

    report.add(mlflow=mlflow.__version__)
    described = Model.load(model)
    if what == "import":
        importlib.import_module(described.flavors["python_function"]["loader_module"])
        return
    report.add(doing="load")
    from mlflow import pyfunc  # noqa: PLC0415

    loaded = pyfunc.load_model(model)
    predict(described, loaded, model, report)


def predict(described: Any, loaded: Any, model: str, report: Report) -> None:  # noqa: ANN401 - of any MLflow
    """Predicts the example that the model was logged with, with the parameters that belong to it."""
    report.add(example=bool(described.saved_input_example_info))
    if not described.saved_input_example_info:
        return
    report.add(doing="read")
    example = described.load_input_example(model)
    read_parameters = getattr(described, "load_input_example_params", None)
    parameters = read_parameters(model) if read_parameters else None
    report.add(doing="predict")
    if parameters:
        loaded.predict(example, params=parameters)
    else:
        loaded.predict(example)


if __name__ == "__main__":
    main(*sys.argv[1:])
