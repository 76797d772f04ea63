"""Which requests are sent to which model."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import attrs
import numpy as np
import pandas as pd
from integration.image_server import corpus
from integration.image_server.corpus import Case, of_json
from integration.score.conftest import COLUMNS, MODELS, ROW, save_code_model
from integration.score.models import answers
from mlflow.models import ModelSignature

_HI = {"role": "user", "content": "hi"}
_ROWS = pd.DataFrame([ROW, ROW[::-1]], columns=COLUMNS)
_PARAMS = pd.DataFrame({"a": [1.5, 2.0]})


@attrs.frozen
class Served:
    save: Callable[[Path], None]
    cases: list[Case]


def _save_every_type(folder: Path) -> None:
    save_code_model(folder, "columns", ModelSignature(corpus.every_type()[0]))


def _faulty() -> list[Case]:
    return [of_json(f"row {value}", {"dataframe_records": [{"a": value}]}) for value in (1, 2)]


TABLE: dict[str, Served] = {
    "every type": Served(_save_every_type, [*corpus.of_frame(corpus.every_type()[1])]),
    "classifier": Served(MODELS["classifier"], [*corpus.of_frame(_ROWS), *corpus.broken(_ROWS)]),
    "params": Served(
        MODELS["params"],
        [
            *corpus.of_frame(_PARAMS),
            *corpus.of_frame(_PARAMS, {"top": 3, "temperature": 1}),
            *corpus.of_frame(_PARAMS, {"top": "x"}),
            *corpus.broken(_PARAMS),
            *corpus.beyond(),
        ],
    ),
    "free": Served(MODELS["free"], [*corpus.of_frame(_PARAMS), *corpus.of_array(np.array([[1, 2], [3, 4]]))]),
    "tensor": Served(
        MODELS["tensor"],
        [*corpus.of_array(np.array([[0.5, 2], [3, 4]])), of_json("another shape", {"inputs": [[1, 2, 3]]})],
    ),
    "chat": Served(MODELS["chat"], [of_json("chat", {"messages": [_HI], "temperature": 0.1})]),
    "hints": Served(
        MODELS["hints"],
        [of_json("inputs", {"inputs": [{"name": "a", "size": 2}, {"name": "b"}]}), of_json("x", {"instances": [1]})],
    ),
    "faulty": Served(MODELS["faulty"], _faulty()),
    "answers": Served(MODELS["answers"], [of_json(name, {"inputs": [name]}) for name in answers.ANSWERS]),
}
