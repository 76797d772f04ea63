"""A user's file as inputs for a prediction."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from oci_mlflow_core.errors import PayloadError
from oci_mlflow_plugin.payload.encode import is_protocol
from oci_mlflow_plugin.payload.signature import column_types

if TYPE_CHECKING:
    import pandas as pd

#: Kind of content by the file's ending.
KINDS = {
    ".json": "json",
    ".csv": "csv",
    ".parquet": "parquet",
    ".pq": "parquet",
}
_HINT = "Accepted are .json, .csv and .parquet files."
#: A text that a number would not write again: leading zeros, a plus, or more digits than a number keeps.
_NOT_A_NUMBER = re.compile(r"\s*(?:[+]|[-]?0\d|[-]?\d{20,})")


def read_inputs(path: Path, kind: str | None = None, signature: dict[str, Any] | None = None) -> Any:  # noqa: ANN401
    """What the file holds, for `encode_inputs`: a frame, or a request as it is.

    Args:
        path: JSON of any form that a deployment accepts, CSV with a header line, or Parquet.
        kind: ``json``, ``csv`` or ``parquet``; by the file's ending where it is None.
        signature: The model's, where it is known: columns of texts are then not taken for numbers.

    Raises:
        PayloadError: The file cannot be read, or is not what its ending says.
    """
    chosen = kind or KINDS.get(path.suffix.lower())
    if chosen is None:
        raise PayloadError(f"{path}: what kind of file this is cannot be told from its name", _HINT)
    try:
        content = path.read_bytes()
    except OSError as fault:
        raise PayloadError(f"{path}: cannot be read: {fault.strerror}") from fault
    return parse_inputs(content, chosen, signature, source=str(path))


def parse_inputs(content: bytes, kind: str, signature: dict[str, Any] | None = None, source: str = "the input") -> Any:  # noqa: ANN401 - a frame or JSON
    """As `read_inputs`, from bytes.

    Raises:
        PayloadError: The content is not of that kind.
    """
    read = _READERS.get(kind)
    if read is None:
        raise PayloadError(f"{source}: '{kind}' files cannot be read", _HINT)
    if not content.strip():
        raise PayloadError(f"{source}: the file is empty", _HINT)
    try:
        return read(content, signature)
    except PayloadError:
        raise
    except Exception as fault:  # the readers of pandas and pyarrow raise many kinds
        raise PayloadError(f"{source}: not a readable {kind} file: {fault}", _HINT) from fault


def _json(content: bytes, _signature: dict[str, Any] | None) -> Any:  # noqa: ANN401
    body = json.loads(content, parse_constant=lambda _name: None)
    if isinstance(body, list):
        return _rows(body)
    if not isinstance(body, dict):
        raise PayloadError("a file with a single JSON value holds no rows", 'Wrap it: {"inputs": [...]}.')
    if is_protocol(body):
        return body
    return _columns(body) if _is_columns(body) else {"inputs": body}


def _rows(rows: list[Any]) -> Any:  # noqa: ANN401
    if rows and all(isinstance(row, dict) for row in rows):
        return {"dataframe_records": rows}
    return json.dumps(rows)


def _is_columns(body: dict[str, Any]) -> bool:
    """Whether it is what `DataFrame.to_json()` writes: columns of values by row label, the same labels in each."""
    if not body or not all(isinstance(column, dict) for column in body.values()):
        return False
    labels = [list(column) for column in body.values()]
    return all(label == labels[0] for label in labels)


def _columns(body: dict[str, Any]) -> dict[str, Any]:
    names = list(body)
    return {"dataframe_split": {"columns": names, "data": [list(row) for row in _transposed(body)]}}


def _transposed(body: dict[str, Any]) -> list[tuple[Any, ...]]:
    return list(zip(*(column.values() for column in body.values()), strict=True))


def _csv(content: bytes, signature: dict[str, Any] | None) -> pd.DataFrame:
    import pandas as pd  # noqa: PLC0415 - heavy

    types = column_types(signature)
    frame = pd.read_csv(io.BytesIO(content), dtype=str, skipinitialspace=True)
    guessed = {name: _guessed(frame[name]) for name in frame.columns if types.get(str(name)) not in _TEXTS}
    typed: pd.DataFrame = frame.assign(**guessed)
    return typed


def _guessed(column: Any) -> Any:  # noqa: ANN401 - a Series; its element type changes here
    """The column as numbers or booleans where writing them again gives the same texts."""
    import pandas as pd  # noqa: PLC0415 - heavy

    known = column.dropna()
    if len(known) and known.isin(["True", "False", "true", "false"]).all():
        return column.map({"True": True, "true": True, "False": False, "false": False}).astype("boolean")
    if known.map(lambda text: _NOT_A_NUMBER.match(text) is not None).any():
        return column
    try:
        numbers = pd.to_numeric(known)
    except ValueError:
        return column
    return numbers.astype("Int64").reindex(column.index) if numbers.dtype == "int64" else pd.to_numeric(column)


def _parquet(content: bytes, _signature: dict[str, Any] | None) -> pd.DataFrame:
    import pandas as pd  # noqa: PLC0415 - heavy

    frame: pd.DataFrame = pd.read_parquet(io.BytesIO(content))
    return frame


_TEXTS = frozenset({"string", "binary", "datetime"})
_READERS: dict[str, Callable[[bytes, dict[str, Any] | None], Any]] = {"json": _json, "csv": _csv, "parquet": _parquet}
