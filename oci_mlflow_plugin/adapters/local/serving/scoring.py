"""``score.py`` of a runtime artifact."""

from __future__ import annotations

import importlib.util
import sys
import traceback
from pathlib import Path
from types import ModuleType
from typing import Any

from oci_mlflow_plugin.adapters.local.serving.deadlines import DeadlineThreads
from oci_mlflow_plugin.adapters.local.supervision.folder import write_private

#: Source: OCI documentation, "Invoking a model deployment": predictions that take longer than 60 s are given up.
TIME_LIMIT = 60.0


def load_score(artifact: Path) -> ModuleType:
    """Imports ``score.py``, which loads the model; modules beside it can be imported by it, as on OCI.

    Raises:
        ImportError: ``predict`` is missing there.
        Exception: Whatever the file raises.
    """
    path = artifact / "score.py"
    sys.path.insert(0, str(artifact))
    spec = importlib.util.spec_from_file_location("score", path)
    if spec is None or spec.loader is None:
        msg = f"{path} cannot be read"
        raise ImportError(msg)
    module = importlib.util.module_from_spec(spec)
    sys.modules["score"] = module
    spec.loader.exec_module(module)
    if not callable(getattr(module, "predict", None)):
        msg = "score.py defines no function predict(data, model=load_model())"
        raise ImportError(msg)  # noqa: TRY004 - it is the file that is wrong, not a value
    return module


class Scorer:
    """Calls ``predict`` of a loaded ``score.py``, each call with a time limit."""

    def __init__(self, score: ModuleType, seconds: float = TIME_LIMIT) -> None:
        self.seconds = seconds
        self._score = score
        self._threads = DeadlineThreads()

    @classmethod
    def load(cls, artifact: Path, fault: Path) -> Scorer:
        """Loads the artifact; when that fails, says why in one line in the file `fault` and raises what was raised."""
        try:
            return cls(load_score(artifact))
        except BaseException as error:
            write_private(fault, "".join(traceback.format_exception_only(type(error), error)).strip())
            raise

    def predict(self, data: Any) -> Any:  # noqa: ANN401
        """What ``predict(data)`` returns.

        Raises:
            DeadlinePassedError: It took longer than the limit.
            Exception: Whatever it raises.
        """
        return self._threads.run(lambda: self._score.predict(data), self.seconds)
