"""Giving a frame the types that a model's signature names."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from oci_mlflow_plugin.payload.signature import column_types

if TYPE_CHECKING:
    import pandas as pd


#: A pandas Series; its element type changes here.
Column = Any
_SECOND = 10**9


def cast_by_signature(frame: pd.DataFrame, signature: dict[str, Any] | None) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """The frame with the types of the signature where a file's reader guessed others, and what could not be restored.

    Texts that were read as numbers or times become texts again, times that were read from numbers become numbers,
    numbers and texts become times or numbers. A value that does not fit is left as it is: the model's own check tells
    the user about it.

    Returns:
        The frame (a new one where anything changed), and one sentence for each column that may have lost something.
    """
    changed: dict[Any, Column] = {}
    notes: list[str] = []
    for name, kind in column_types(signature).items():
        if name in frame.columns and kind in _CASTS:
            column, note = _CASTS[kind](frame[name])
            changed[name] = column
            notes += [f"column '{name}': {note}"] if note else []
    return (frame.assign(**changed) if changed else frame), tuple(notes)


def _to_text(column: Column) -> tuple[Column, str]:
    import pandas as pd  # noqa: PLC0415 - heavy

    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        return _dates_as_text(column), "texts were read as dates, and are written as ISO dates now"
    if not pd.api.types.is_numeric_dtype(column.dtype):
        return column, ""
    note = "texts were read as numbers; leading zeros and the like are lost"
    return column.map(_number_text, na_action="ignore").astype(object), note


def _dates_as_text(column: Column) -> Column:
    known = column.dropna()
    form = "%Y-%m-%d" if (known == known.dt.normalize()).all() else "%Y-%m-%dT%H:%M:%S"
    return column.dt.strftime(form).astype(object).where(column.notna(), None)


def _number_text(value: Any) -> str:  # noqa: ANN401 - a number of any kind
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _to_time(column: Column) -> tuple[Column, str]:
    import pandas as pd  # noqa: PLC0415 - heavy

    if pd.api.types.is_datetime64_any_dtype(column.dtype) or pd.api.types.is_numeric_dtype(column.dtype):
        return column, ""
    try:
        return pd.to_datetime(column), ""
    except (ValueError, TypeError):
        return column, ""


def _to_number(dtype: str) -> Callable[[Column], tuple[Column, str]]:
    def cast(column: Column) -> tuple[Column, str]:
        import pandas as pd  # noqa: PLC0415 - heavy

        if pd.api.types.is_datetime64_any_dtype(column.dtype):
            return _seconds(column), "numbers were read as times, and are taken to have been seconds since 1970"
        if column.isna().any() and dtype.startswith("int"):
            return column, ""
        try:
            cast_column = column.astype(dtype)
        except (ValueError, TypeError, OverflowError):
            return column, ""
        return (cast_column, "") if _is_same(column, cast_column) else (column, "")

    return cast


def _is_same(column: Column, cast_column: Column) -> bool:
    """Whether no value changed, such as 1.5 to 1; texts are read as numbers, and so is float64 as float32."""
    if column.dtype.kind not in "iuf" or cast_column.dtype.kind == "f":
        return True
    return bool((column == cast_column).all())


def _seconds(column: Column) -> Column:
    return column.astype("datetime64[ns]").astype("int64") / _SECOND if column.isna().any() else _whole_seconds(column)


def _whole_seconds(column: Column) -> Column:
    nanoseconds = column.astype("datetime64[ns]").astype("int64")
    return nanoseconds // _SECOND if (nanoseconds % _SECOND == 0).all() else nanoseconds / _SECOND


def _to_boolean(column: Column) -> tuple[Column, str]:
    texts = {"true": True, "false": False}
    lowered = column.map(lambda value: texts.get(value.lower()) if isinstance(value, str) else value)
    return (
        (column, "") if lowered.isna().any() else (lowered.astype(bool) if lowered.isin([0, 1]).all() else column, "")
    )


_CASTS: dict[str, Callable[[Any], tuple[Any, str]]] = {
    "string": _to_text,
    "datetime": _to_time,
    "integer": _to_number("int32"),
    "long": _to_number("int64"),
    "float": _to_number("float32"),
    "double": _to_number("float64"),
    "boolean": _to_boolean,
}
