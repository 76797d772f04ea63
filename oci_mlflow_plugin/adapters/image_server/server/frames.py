"""Frames for the model without the work that MLflow does for each request, where the outcome is the same.

MLflow makes a frame of a request, converts it column by column, checks it column by column and makes another one. Where
the signature has named columns of plain types and all values of a request are of those types, that outcome is known
beforehand and made at once. Whether it is the same is tried at the start with the MLflow that is there: frames of both
ways are compared, and one difference ends the matter. Everything else goes MLflow's way.
"""

from __future__ import annotations

from itertools import chain
from operator import itemgetter
from typing import Any

#: Types of JSON values that become the type of the column without loss or doubt.
CELLS = {
    "double": frozenset({float, int}),
    "float": frozenset({float}),
    "long": frozenset({int}),
    "boolean": frozenset({bool}),
    "string": frozenset({str}),
}
_INDEXES = (frozenset({int}), frozenset({str}))


class Columns:
    """The columns of a signature, and how frames with them are made."""

    def __init__(self, names: list[str], kinds: list[str], dtypes: list[Any]) -> None:
        self.names = names
        self._kinds = kinds
        self._dtypes = dtypes
        self._row = itemgetter(*names) if len(names) > 1 else None
        self._is_double = set(kinds) == {"double"}

    def frame(self, body: Any) -> Any:  # noqa: ANN401
        """The frame that the model gets for the body, or None where MLflow has to find out."""
        try:
            return self._split(body) if "dataframe_split" in body else self._records(body)
        except (TypeError, ValueError, KeyError, OverflowError):
            return None

    def _split(self, body: dict[str, Any]) -> Any:  # noqa: ANN401
        content = body["dataframe_split"]
        if len(body) != 1 or type(content) is not dict or not content.keys() <= {"columns", "data", "index"}:
            return None
        columns, rows = content["columns"], content["data"]
        if len(columns) != len(self.names) or set(columns) != set(self.names):
            return None
        if not rows or type(rows) is not list or set(map(type, rows)) != {list}:
            return None
        if set(map(len, rows)) != {len(columns)}:
            return None
        order = None if columns == self.names else [columns.index(name) for name in self.names]
        return self._made(rows, order, content.get("index"))

    def _records(self, body: dict[str, Any]) -> Any:  # noqa: ANN401
        records = body["dataframe_records"]
        if len(body) != 1 or not records or type(records) is not list or set(map(type, records)) != {dict}:
            return None
        if set(map(len, records)) != {len(self.names)}:
            return None
        one = self.names[0]
        rows = [self._row(record) if self._row else (record[one],) for record in records]
        return self._made(rows, None, None)

    def _made(self, rows: list[Any], order: list[int] | None, given: Any) -> Any:  # noqa: ANN401
        index = _index(given, len(rows))
        if index is None:
            return None
        if self._is_double:
            return self._doubles(rows, order, index)
        cells = list(zip(*rows))  # noqa: B905 - all are of one length
        ordered = cells if order is None else [cells[position] for position in order]
        if not all(set(map(type, column)) <= CELLS[kind] for column, kind in zip(ordered, self._kinds)):  # noqa: B905
            return None
        import pandas as pd  # noqa: PLC0415 - the model's environment has it, or the model no columns

        series = zip(self.names, ordered, self._dtypes)  # noqa: B905 - Python 3.8
        return pd.DataFrame({name: pd.Series(list(cells), index=index, dtype=dtype) for name, cells, dtype in series})

    def _doubles(self, rows: list[Any], order: list[int] | None, index: Any) -> Any:  # noqa: ANN401
        import numpy as np  # noqa: PLC0415
        import pandas as pd  # noqa: PLC0415

        if not set(map(type, chain.from_iterable(rows))) <= CELLS["double"]:
            return None
        block = np.array(rows, dtype=np.float64).T
        # the layout in memory that MLflow's frames have, on which sums of floats may depend in the last digit
        block = np.ascontiguousarray(block if order is None else block[order])
        return pd.DataFrame(block.T, index=index, columns=pd.Index(self.names), copy=False)


def _index(given: Any, rows: int) -> Any:  # noqa: ANN401
    import pandas as pd  # noqa: PLC0415

    if given is None:
        return pd.RangeIndex(rows)
    if type(given) is list and len(given) == rows and frozenset(map(type, given)) in _INDEXES:
        return pd.Index(given)
    return None
