"""The model, by the ``score.py`` that conda deployments have."""

from __future__ import annotations

import importlib.util
import os
import platform
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

_SCORE = Path(__file__).resolve().with_name("score.py")


class Loaded:
    """A model and the code that reads requests for it."""

    def __init__(self, score: Any) -> None:  # noqa: ANN401
        self.score = score
        self.model = score.predict.__defaults__[0]
        self.python = platform.python_version()

    @property
    def mlflow_version(self) -> str:
        """Of the MLflow in the model's environment."""
        import mlflow  # noqa: PLC0415 - importable once the model is

        return str(mlflow.__version__)


def load(model: Path, code: Path = _SCORE) -> Loaded:
    """Runs ``score.py`` as if it lay in the model's folder, which loads the model.

    Raises:
        BaseException: Whatever the model or its environment raises.
    """
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    # the log is the server's
    os.environ.setdefault("MLFLOW_CONFIGURE_LOGGING", "false")
    module = ModuleType("score")
    module.__file__ = str(model.resolve() / "score.py")
    module.__spec__ = importlib.util.spec_from_loader("score", None)
    sys.modules["score"] = module
    sys.path.insert(0, str(model.resolve()))
    exec(compile(code.read_bytes(), str(code), "exec"), module.__dict__)  # noqa: S102 - the project's own file
    return Loaded(module)
