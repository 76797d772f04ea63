"""Logs the models of these tests, and says what each predicts itself: ``python save_models.py WHEEL CODE``.

Prints one JSON object: name → ``uri``, ``rows`` (as MLflow's scoring protocol has them) and ``predictions``.
"""

from __future__ import annotations

import json
import logging
import sys
import warnings
from importlib.metadata import version
from pathlib import Path
from typing import Any

warnings.filterwarnings("ignore")
logging.disable(logging.WARNING)

import mlflow  # noqa: E402 (silenced first)
import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402
from mlflow.models import infer_signature  # noqa: E402
from mlflow.pyfunc.model import PythonModel  # noqa: E402
from sklearn.datasets import load_breast_cancer  # type: ignore[import-untyped] # noqa: E402

_COLUMNS = ["mean radius", "mean texture", "mean perimeter", "mean area"]


def _pinned(*names: str) -> list[str]:
    return [f"{name}=={version(name)}" for name in names]


def _cancer() -> tuple[pd.DataFrame, Any]:
    data = load_breast_cancer(as_frame=True)
    return data.data[_COLUMNS], data.target


def _told(uri: str, rows: pd.DataFrame) -> dict[str, Any]:
    own = mlflow.pyfunc.load_model(uri).predict(rows)
    # as JSON has them
    plain = json.loads(json.dumps(own.tolist() if isinstance(own, np.ndarray) else list(own)))
    return {"uri": uri, "rows": {"dataframe_split": json.loads(rows.to_json(orient="split"))}, "predictions": plain}


def sklearn() -> dict[str, Any]:
    """With the whole of MLflow in its environment."""
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped] # noqa: PLC0415
    from sklearn.pipeline import make_pipeline  # type: ignore[import-untyped] # noqa: PLC0415
    from sklearn.preprocessing import StandardScaler  # type: ignore[import-untyped] # noqa: PLC0415

    frame, target = _cancer()
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(frame, target)
    with mlflow.start_run():
        logged = mlflow.sklearn.log_model(
            model,
            "model",
            signature=infer_signature(frame, model.predict(frame)),
            input_example=frame.head(2),
            pip_requirements=_pinned("mlflow", "scikit-learn", "pandas", "numpy", "cloudpickle"),
        )
    return _told(logged.model_uri, frame.head(40))


def xgboost() -> dict[str, Any]:
    """With the small MLflow, and the XGBoost that needs no GPU's libraries."""
    from xgboost import XGBRegressor  # noqa: PLC0415 (of this model alone)
    from xgboost import __version__ as release  # noqa: PLC0415

    frame, target = _cancer()
    model = XGBRegressor(n_estimators=20, max_depth=3).fit(frame, target)
    needed = _pinned("scikit-learn", "pandas", "numpy", "scipy", "cloudpickle")
    with mlflow.start_run():
        logged = mlflow.xgboost.log_model(
            model,
            "model",
            signature=infer_signature(frame, model.predict(frame)),
            pip_requirements=[f"mlflow-skinny=={mlflow.__version__}", f"xgboost-cpu=={release}", *needed],
        )
    return _told(logged.model_uri, frame.head(40))


def custom(wheel: Path, code: Path) -> dict[str, Any]:
    """A pyfunc of one's own, with a module and a wheel of one's own in its folder 'code'."""
    sys.path[:0] = [str(wheel), str(code)]

    class Charged(PythonModel):
        """Asks both for a price."""

        def predict(self, context: Any, model_input: Any, params: Any = None) -> Any:
            import rates  # type: ignore[import-not-found] # noqa: PLC0415
            import tariff  # type: ignore[import-not-found] # noqa: PLC0415

            return [rates.doubled(x) + tariff.FEE for x in model_input["x"]]

    rows = pd.DataFrame({"x": [1.5, -2.0, 1e9]})
    with mlflow.start_run():
        logged = mlflow.pyfunc.log_model(
            "model",
            python_model=Charged(),
            code_paths=[str(code / "rates.py"), str(wheel)],
            signature=infer_signature(rows),
            pip_requirements=[
                f"mlflow-skinny=={mlflow.__version__}",
                *_pinned("pandas", "numpy", "cloudpickle"),
                f"code/{wheel.name}",
            ],
        )
    return _told(logged.model_uri, rows)


if __name__ == "__main__":
    found = {"sklearn": sklearn(), "xgboost": xgboost(), "custom": custom(Path(sys.argv[1]), Path(sys.argv[2]))}
    print(json.dumps(found))  # noqa: T201 (read by the tests)
