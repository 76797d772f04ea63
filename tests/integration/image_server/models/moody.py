# A model as users write them, without types.
# mypy: ignore-errors
# ruff: noqa: ANN001, ANN201
from __future__ import annotations

import logging
import os
import sys
import time
from pathlib import Path

import mlflow
import numpy as np


class Moody(mlflow.pyfunc.PythonModel):
    """Does what its first value says."""

    def predict(self, context, model_input, params=None):
        wish = str(np.ravel(model_input)[0])
        if wish == "example" and not Path(os.environ["MOODY_FOLDER"], "well").exists():
            raise RuntimeError("not well yet")
        if wish == "slow":
            Path(os.environ["MOODY_FOLDER"], "slow").touch()
            time.sleep(2)
        if wish == "exit":
            sys.exit(3)
        if wish == "die":
            os._exit(9)
        if wish == "log":
            logging.getLogger("mine").warning("told by the model")
        return [os.getpid()]


mlflow.models.set_model(Moody())
