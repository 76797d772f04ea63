"""The model that is served, requests for it, and what predicting takes without a server."""

from __future__ import annotations

import json
import time
import warnings
from pathlib import Path

from serving_parts.load import Load

_COLUMNS = 8
_MB = 1 << 20


def save(folder: Path) -> None:
    """A linear classifier of eight columns: so quick that what is around it counts."""
    import mlflow  # noqa: PLC0415
    from sklearn.datasets import load_breast_cancer  # type: ignore[import-untyped]  # noqa: PLC0415
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]  # noqa: PLC0415

    data = load_breast_cancer(as_frame=True)
    frame = data.data[data.data.columns[:_COLUMNS]]
    fitted = LogisticRegression(max_iter=5000).fit(frame, data.target)
    signature = mlflow.models.infer_signature(frame, fitted.predict(frame))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # MLflow recommends much to who saves a model
        mlflow.sklearn.save_model(
            fitted,
            folder,
            signature=signature,
            input_example=frame[:1],
            pip_requirements=["mlflow"],
            serialization_format="cloudpickle",
        )


def write_bodies(folder: Path) -> dict[str, Path]:
    """Requests by their size: ``small`` is one row, ``large`` as many as make 1 MB of JSON."""
    from sklearn.datasets import load_breast_cancer  # noqa: PLC0415

    frame = load_breast_cancer(as_frame=True).data
    rows = frame[frame.columns[:_COLUMNS]].to_numpy().tolist()
    each = len(json.dumps(rows)) / len(rows)
    many = (rows * (1 + int(_MB / each) // len(rows)))[: int(_MB / each)]
    bodies = {}
    for size, chosen in (("small", rows[:1]), ("large", many)):
        bodies[size] = folder / f"{size}.json"
        content = {"dataframe_split": {"columns": list(frame.columns[:_COLUMNS]), "data": chosen}}
        bodies[size].write_text(json.dumps(content))
    return bodies


def floor(folder: Path, body: Path, seconds: float) -> tuple[Load, float]:
    """``pyfunc.predict`` of a frame that is there, in one thread of this process, and its processor time in seconds."""
    import mlflow  # noqa: PLC0415
    import pandas as pd  # noqa: PLC0415

    model = mlflow.pyfunc.load_model(str(folder))
    content = json.loads(body.read_text())["dataframe_split"]
    frame = pd.DataFrame(content["data"], columns=content["columns"])
    model.predict(frame)
    took: list[float] = []
    began, cpu = time.perf_counter(), time.process_time()
    while time.perf_counter() - began < seconds:
        asked = time.perf_counter()
        model.predict(frame)
        took.append(time.perf_counter() - asked)
    cpu = time.process_time() - cpu
    took.sort()
    whole = sum(took)
    found = Load(len(took) / whole, took[len(took) // 2] * 1000, took[int(0.99 * len(took))] * 1000, len(took), 0)
    return found, cpu
