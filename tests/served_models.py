"""Logs and registers the models that the end-to-end tests deploy; run as a script in a process of its own.

``python served_models.py FLAVORS…`` uses the MLflow and the tracking store of its environment, and prints one JSON
object: model name → model URI.
"""

from __future__ import annotations

import json
import logging
import sys
import tempfile
import warnings
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

warnings.filterwarnings("ignore")
logging.disable(logging.WARNING)

import mlflow  # noqa: E402 (silenced first)
import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402
from mlflow.models import ModelSignature, infer_signature  # noqa: E402
from mlflow.pyfunc.model import PythonModel  # noqa: E402
from mlflow.types.schema import ParamSchema, ParamSpec  # noqa: E402
from sklearn.datasets import load_breast_cancer  # type: ignore[import-untyped] # noqa: E402
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped] # noqa: E402
from sklearn.pipeline import make_pipeline  # type: ignore[import-untyped] # noqa: E402
from sklearn.preprocessing import StandardScaler  # type: ignore[import-untyped] # noqa: E402

#: The columns of the row that OCI's documentation posts.
COLUMNS = [
    "mean radius",
    "mean texture",
    "mean perimeter",
    "mean area",
    "mean smoothness",
    "mean compactness",
    "mean concavity",
    "mean concave points",
]


def requirements() -> list[str]:
    """One environment for all models, so that one pack serves them."""
    present = {distribution.metadata["Name"].lower(): distribution.version for distribution in distributions()}
    wanted = ("mlflow", "scikit-learn", "pandas", "numpy", "cloudpickle")
    return [f"{name}=={present[name]}" for name in wanted if name in present]


class Scaled(PythonModel):
    """Answers with a dict, and takes a parameter."""

    def predict(self, context: Any, model_input: Any, params: Any = None) -> Any:
        factor = (params or {}).get("factor", 1.0)
        return {"total": float(model_input["x"].sum() * factor), "rows": len(model_input)}


class Framed(PythonModel):
    """Answers with a DataFrame that holds a missing value and a time."""

    def predict(self, context: Any, model_input: Any, params: Any = None) -> Any:
        twice = model_input["x"] * 2
        return pd.DataFrame({"twice": twice.where(twice > 2), "at": pd.Timestamp("2024-05-06T07:08:09")})


class Typed(PythonModel):
    """Says which types its string and time columns arrived as."""

    def predict(self, context: Any, model_input: Any, params: Any = None) -> Any:
        return [
            f"{code!s}|{type(code).__name__}|{when.isoformat()}"
            for code, when in zip(model_input["code"], model_input["when"])  # noqa: B905 (Python 3.8)
        ]


class Slow(PythonModel):
    """Takes longer to load than anybody waits."""

    def load_context(self, context: Any) -> None:
        import time  # noqa: PLC0415 (needed where the model is served)

        time.sleep(120)

    def predict(self, context: Any, model_input: Any, params: Any = None) -> Any:
        return [0]


def cancer(shift: bool) -> str:  # noqa: FBT001
    data = load_breast_cancer(as_frame=True)
    frame, target = data.data[COLUMNS], data.target
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(frame, 1 - target if shift else target)
    with mlflow.start_run():
        logged = mlflow.sklearn.log_model(
            model,
            "model",
            signature=infer_signature(frame, model.predict(frame)),
            input_example=frame.head(1),
            pip_requirements=requirements(),
            registered_model_name="cancer",
        )
        return str(logged.model_uri)


def both_cancers() -> str:
    first = cancer(shift=False)
    cancer(shift=True)
    client = mlflow.MlflowClient()
    client.set_registered_model_alias("cancer", "champion", "1")
    client.set_registered_model_alias("cancer", "challenger", "2")
    return first


def python_model(name: str, model: PythonModel, signature: ModelSignature | None, **more: object) -> str:
    with mlflow.start_run():
        mlflow.pyfunc.log_model(
            "model",
            python_model=model,
            signature=signature,
            registered_model_name=name,
            **({"pip_requirements": requirements()} | more),
        )
    return f"models:/{name}/1"


def scaled() -> str:
    signature = infer_signature(pd.DataFrame({"x": [1.0]}), {"total": 1.0, "rows": 1})
    params = ParamSchema([ParamSpec("factor", "double", 1.0)])
    return python_model("scaled", Scaled(), ModelSignature(signature.inputs, None, params))


def framed() -> str:
    return python_model("framed", Framed(), infer_signature(pd.DataFrame({"x": [1.0]})))


def typed() -> str:
    frame = pd.DataFrame({"code": ["00123"], "when": [np.datetime64("2024-01-02T03:04:05")]})
    return python_model("typed", Typed(), infer_signature(frame))


def slow() -> str:
    return python_model("slow", Slow(), infer_signature(pd.DataFrame({"x": [1.0]})))


def chat() -> str:
    from mlflow.pyfunc.model import ChatModel  # noqa: PLC0415 (not in MLflow 2.0)
    from mlflow.types.llm import ChatChoice, ChatCompletionResponse, ChatMessage  # noqa: PLC0415 (not in MLflow 2.0)

    class Parrot(ChatModel):
        """Says again what was said last."""

        def predict(self, context: Any, messages: Any, params: Any) -> ChatCompletionResponse:  # type: ignore[override]  # MLflow's own form
            said = ChatMessage(role="assistant", content=messages[-1].content)
            return ChatCompletionResponse(choices=[ChatChoice(index=0, message=said)], model="parrot", usage=None)

    with mlflow.start_run():
        mlflow.pyfunc.log_model(
            "model", python_model=Parrot(), registered_model_name="parrot", pip_requirements=requirements()
        )
    return "models:/parrot/1"


def conda_only() -> str:
    environment = {
        "channels": ["conda-forge"],
        "dependencies": ["python=3.11", "r-base=4.3", "cudatoolkit", {"pip": requirements()}],
    }
    signature = infer_signature(pd.DataFrame({"x": [1.0]}))
    return python_model("conda-only", Framed(), signature, pip_requirements=None, conda_env=environment)


def saved() -> str:
    """A model in a folder, outside of any registry."""
    folder = Path(tempfile.mkdtemp()) / "scaled-by-hand"
    mlflow.pyfunc.save_model(
        str(folder),
        python_model=Scaled(),
        signature=infer_signature(pd.DataFrame({"x": [1.0]})),
        pip_requirements=requirements(),
    )
    return str(folder)


LOGGERS = {
    "cancer": both_cancers,
    "scaled": scaled,
    "framed": framed,
    "typed": typed,
    "slow": slow,
    "parrot": chat,
    "conda-only": conda_only,
    "saved": saved,
}

if __name__ == "__main__":
    print(json.dumps({name: LOGGERS[name]() for name in sys.argv[1:]}))  # noqa: T201 (read by the tests)
