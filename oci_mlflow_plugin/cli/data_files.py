"""Data for predictions, as files hold it: nothing is guessed that a person would have to undo."""

from __future__ import annotations

import csv
import io
import json
import re
import sys
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

from oci_mlflow_core.errors import PayloadError

STANDARD_INPUT = "-"
_ENDINGS = {".json": "json", ".csv": "csv", ".parquet": "parquet", ".pq": "parquet"}
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
#: Digits beyond which Python reads no number, and no model takes one.
_LONGEST_NUMBER = 4000
_BOOLEANS = {"true": True, "false": False}


def read(path: str, content_type: str | None, texts: Callable[[], Collection[str]] = tuple) -> Any:  # noqa: ANN401 (a user's data)
    """The data of a file: JSON as its text, CSV as a request, Parquet as a DataFrame.

    Args:
        path: The file; ``-`` is standard input.
        content_type: ``json``, ``csv`` or ``parquet``; None takes what the name ends in, JSON where that says nothing.
        texts: Gives the columns that hold text by the model's signature; asked only for CSV, which leaves that open.

    Raises:
        PayloadError: The file cannot be read, or does not hold what it should.
    """
    kind = content_type or _ENDINGS.get(Path(path).suffix.lower(), "json")
    content = _content(path)
    if kind == "csv":
        return {"dataframe_split": csv_split(_text(path, content), path, texts())}
    if kind == "parquet":
        return _parquet(path, content)
    return _text(path, content)


def csv_split(text: str, path: str, texts: Collection[str] = ()) -> dict[str, Any]:
    """``columns`` and ``data`` of a CSV text whose first line has the names of the columns.

    A column whose cells are all JSON numbers becomes numbers (``00123`` is none), one of true and false becomes
    booleans, an empty cell becomes None; the columns in `texts` stay text.

    Raises:
        PayloadError: There is no row, rows differ in length, or two columns have one name.
    """
    try:
        rows = [row for row in csv.reader(io.StringIO(text.removeprefix("\ufeff"))) if row]
    except csv.Error as fault:
        raise PayloadError(f"{path}: not readable as CSV: {fault}") from fault
    if len(rows) < 2:  # noqa: PLR2004 (names and data)
        raise PayloadError(f"{path}: no data", "The first line has the names of the columns, each other line a row.")
    columns = rows[0]
    twice = next((name for name in columns if columns.count(name) > 1), None)
    if twice is not None:
        raise PayloadError(f"{path}: two columns are called '{twice}'", "Give each column its own name.")
    for number, row in enumerate(rows[1:], start=1):
        if len(row) != len(columns):
            raise PayloadError(f"{path}: row {number} has {len(row)} cells, and there are {len(columns)} columns")
    cells = {name: [row[index] for row in rows[1:]] for index, name in enumerate(columns)}
    typed = [_texts(column) if name in texts else _typed(column) for name, column in cells.items()]
    return {"columns": columns, "data": [list(row) for row in zip(*typed, strict=True)]}


def _typed(cells: list[str]) -> list[Any]:
    given = [cell for cell in cells if cell]
    if given and all(len(cell) <= _LONGEST_NUMBER and _NUMBER.fullmatch(cell) for cell in given):
        return [json.loads(cell) if cell else None for cell in cells]
    if given and all(cell.lower() in _BOOLEANS for cell in given):
        return [_BOOLEANS[cell.lower()] if cell else None for cell in cells]
    return _texts(cells)


def _texts(cells: list[str]) -> list[Any]:
    return [cell or None for cell in cells]


def _content(path: str) -> bytes:
    if path == STANDARD_INPUT:
        return sys.stdin.buffer.read()
    try:
        return Path(path).read_bytes()
    except OSError as fault:
        raise PayloadError(f"{path}: {fault.strerror or fault}") from fault


def _text(path: str, content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        hint = "Parquet and CSV files are known by their ending, or by --content-type."
        raise PayloadError(f"{path}: not UTF-8 text ({fault.reason} at byte {fault.start})", hint) from fault


def _parquet(path: str, content: bytes) -> Any:  # noqa: ANN401 (pandas is heavy to name)
    try:
        import pandas as pd  # noqa: PLC0415 (only for Parquet)
        import pyarrow  # type: ignore[import-untyped] # noqa: ICN001, PLC0415 (pandas reads Parquet with it)
    except ImportError as fault:
        hint = "Install pandas and pyarrow; mlflow brings them, mlflow-skinny does not."
        raise PayloadError(f"{path}: reading Parquet needs {fault.name}, which is not installed", hint) from fault
    try:
        return pd.read_parquet(io.BytesIO(content))
    except (pyarrow.ArrowException, OSError, ValueError) as fault:
        raise PayloadError(f"{path}: not a Parquet file ({fault})") from fault
