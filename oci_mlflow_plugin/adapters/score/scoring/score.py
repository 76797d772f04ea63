"""Serves the MLflow model that lies beside this file.

OCI Data Science imports this module inside the model's own environment and calls `predict` with the parsed JSON body
of each request; what `predict` returns is sent back as JSON. It runs on Python 3.8 and later with MLflow 2.0 and
later, and imports nothing that this MLflow does not bring. Requests are read, and cast by the model's signature, by
the functions that MLflow's own scoring server uses.
"""
# Old MLflow and pandas say little of their types, and the file must be importable before they are.
# ruff: noqa: ANN401, PLC0415

from __future__ import annotations

import base64
import dataclasses
import datetime as dt
import decimal
import enum
import inspect
import json
import logging
import math
import os
import re
import textwrap
import traceback
import uuid
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Any, NamedTuple

#: Version of the request and answer format that this file implements (wire-format.md).
WIRE_FORMAT = 1

_FORMS = ("dataframe_split", "dataframe_records", "instances", "inputs")
#: MLflow takes an object with one of these for a chat, completion or embedding request and answers it unwrapped.
_LLM_KEYS = frozenset({"messages", "prompt", "input"})
_BARE_SPLIT = frozenset({"columns", "index", "data"})
_ACCEPTED = (
    'accepted are {"dataframe_split": {"columns": [...], "data": [[...]]}}, {"dataframe_records": [{...}]}, '
    '{"instances": [...]} and {"inputs": ...}, each with optional "params"; chat and completion objects with '
    '"messages", "prompt" or "input"; {"columns": [...], "data": [[...]]}; and a list of rows'
)

_logger = logging.getLogger(__name__)
#: The zone at the end of a time in ISO 8601.
_ZONE = re.compile(r"T.*(Z|[+-]\d\d(:?\d\d)?)$")


class InvalidInputError(ValueError):
    """The request cannot be given to the model: the caller's fault, not the model's."""

    #: HTTP status for servers that can choose one.
    status = 400

    def __init__(self, message: str, error_code: str = "BAD_REQUEST") -> None:
        super().__init__(message)
        #: MLflow's name for the kind of fault: ``BAD_REQUEST`` (form) or ``INVALID_PARAMETER_VALUE`` (signature).
        self.error_code = error_code


class Request(NamedTuple):
    """What the model is asked; `unwrapped` where the answer is not put into ``predictions``."""

    data: Any
    params: dict[str, Any] | None
    unwrapped: bool


def load_model() -> Any:
    """Loads the model from the folder of this file."""
    from mlflow import pyfunc

    # Models with type hints convert JSON to the hinted classes only where MLflow knows that it is serving.
    os.environ.setdefault("_MLFLOW_IS_IN_SERVING_ENVIRONMENT", "true")
    folder = str(Path(__file__).resolve().parent)
    config = os.environ.get("SERVING_MODEL_CONFIG")
    if not config:
        return pyfunc.load_model(folder)
    if "model_config" not in inspect.signature(pyfunc.load_model).parameters:
        _logger.warning("SERVING_MODEL_CONFIG is set, but this version of MLflow has no model_config; it is not used")
        return pyfunc.load_model(folder)
    return pyfunc.load_model(folder, model_config=json.loads(config))


def predict(data: Any, model: Any = load_model()) -> Any:  # noqa: B008 - the service wants the model loaded at import
    """Answers one request: ``{"predictions": ...}``, or the bare answer to a chat or completion request.

    Raises:
        InvalidInputError: The request has none of the accepted forms, or does not fit the model's signature.
    """
    request = read(data, model.metadata)
    return answered(request, run(model, request))


def answered(request: Request, prediction: Any) -> Any:
    """The answer to the request in types that `json.dumps` writes as standard JSON, whose prediction this is."""
    answer = _plain(prediction)
    return answer if request.unwrapped else {"predictions": answer}


# --- requests -----------------------------------------------------------------------------------------------


def read(data: Any, metadata: Any) -> Request:
    """The request in a body that is parsed already, or JSON text, for the model of this metadata.

    Raises:
        InvalidInputError: It has none of the accepted forms, or cannot be read as the signature's types.
    """
    body = _parsed(data)
    if isinstance(body, dict) and not _LLM_KEYS.isdisjoint(body):
        return _llm_request(body, metadata)
    params = body.get("params") if isinstance(body, dict) else None
    if params is not None and not isinstance(params, dict):
        message = f'"params" has to be an object of names and values, got {_kind(params)}'
        raise InvalidInputError(message, "INVALID_PARAMETER_VALUE")
    form, content = _list_form(body, metadata) if isinstance(body, list) else _object_form(body)
    return Request(_decoded(form, content, metadata), params, unwrapped=False)


def _parsed(data: Any) -> Any:
    body = data
    if isinstance(data, (str, bytes, bytearray)):
        try:
            body = json.loads(data)
        except ValueError as fault:
            raise InvalidInputError(f"the request is not JSON: {fault}; {_ACCEPTED}") from fault
    if not isinstance(body, (dict, list)):
        raise InvalidInputError(f"the request is {_kind(body)}; {_ACCEPTED}")
    return body


def _llm_request(body: dict[str, Any], metadata: Any) -> Request:
    schema = metadata.get_params_schema() if hasattr(metadata, "get_params_schema") else None
    names = {param.name for param in schema.params} if schema else set()
    params = {key: value for key, value in body.items() if key in names}
    return Request({key: value for key, value in body.items() if key not in names}, params, unwrapped=True)


def _object_form(body: dict[str, Any]) -> tuple[str, Any]:
    present = [form for form in _FORMS if form in body]
    if len(present) == 1:
        return present[0], body[present[0]]
    if present:
        raise InvalidInputError(f"the request has more than one of {', '.join(present)}; {_ACCEPTED}")
    content = {key: value for key, value in body.items() if key != "params"}
    if {"columns", "data"} <= set(content) <= _BARE_SPLIT:
        return "dataframe_split", content
    found = ", ".join(sorted(body)) or "nothing"
    raise InvalidInputError(f"the request is an object with {found}; {_ACCEPTED}")


def _list_form(rows: list[Any], metadata: Any) -> tuple[str, Any]:
    if _is_from_type_hint(metadata):
        return "inputs", rows
    columns = _column_names(metadata.get_input_schema())
    if columns and all(isinstance(row, list) for row in rows):
        return "dataframe_split", {"columns": columns, "data": rows}
    if rows and all(isinstance(row, dict) for row in rows):
        return "dataframe_records", rows
    return "inputs", rows


def _column_names(schema: Any) -> list[str]:
    if schema is None or schema.is_tensor_spec() or not schema.has_input_names():
        return []
    return list(schema.input_names())


def _is_from_type_hint(metadata: Any) -> bool:
    asked = getattr(metadata, "_is_signature_from_type_hint", None)
    return bool(asked()) if asked else False


def _decoded(form: str, content: Any, metadata: Any) -> Any:
    if _is_from_type_hint(metadata):
        if form != "inputs":
            raise InvalidInputError(
                f'the model\'s signature comes from a type hint, which needs "inputs", not "{form}"'
            )
        return content
    from mlflow.utils.proto_json_utils import dataframe_from_parsed_json, parse_tf_serving_input

    schema = metadata.get_input_schema()
    try:
        if form in ("instances", "inputs"):
            return parse_tf_serving_input({form: content}, schema=schema)
        orient = form.split("_", 1)[1]
        content = _without_zones(content, schema)
        return dataframe_from_parsed_json(content, pandas_orient=orient, schema=schema)
    except Exception as fault:  # whatever fails here fails on the caller's data: no code of the model has run
        reason = str(getattr(fault, "message", fault)).replace("Invalid input. ", "", 1)
        raise InvalidInputError(f"the data cannot be read: {reason}{_signature_note(schema)}") from fault


def _without_zones(content: Any, schema: Any) -> Any:
    """Times with a zone, in columns that the signature calls ``datetime``, as the same moments in UTC without one.

    MLflow's ``datetime`` has no zone, and pandas before 3 refuses to convert a text that has one.
    """
    kinds = dict(zip(_column_names(schema), schema.input_types())) if _column_names(schema) else {}  # noqa: B905
    times = {name for name, kind in kinds.items() if getattr(kind, "name", "") == "datetime"}
    if not times:
        return content
    if isinstance(content, dict) and isinstance(content.get("data"), list):
        columns = content.get("columns") or []
        rows = [
            [_moment(cell) if name in times else cell for name, cell in zip(columns, row)]  # noqa: B905 - Python 3.8
            if isinstance(row, list) and len(row) == len(columns)
            else row
            for row in content["data"]
        ]
        return dict(content, data=rows)
    if isinstance(content, list) and all(isinstance(row, dict) for row in content):
        return [{key: _moment(cell) if key in times else cell for key, cell in row.items()} for row in content]
    return content


def _moment(cell: Any) -> Any:
    import pandas as pd

    if not isinstance(cell, str) or not _ZONE.search(cell):
        return cell
    try:
        return pd.Timestamp(cell).tz_convert("UTC").tz_localize(None).isoformat(timespec="nanoseconds")
    except (TypeError, ValueError):
        return cell


def run(model: Any, request: Request) -> Any:
    """The model's own prediction.

    Raises:
        InvalidInputError: MLflow refused the data before the model was reached.
        Exception: Whatever the model raises.
    """
    try:
        if "params" in inspect.signature(model.predict).parameters:
            return model.predict(request.data, params=request.params)
        if request.params:
            _logger.warning("this version of MLflow takes no params; they are not used: %s", sorted(request.params))
        return model.predict(request.data)
    except Exception as fault:
        refuse_input(fault, model.metadata)
        raise


def refuse_input(fault: Exception, metadata: Any) -> None:
    """Raises an error about the input where that is what the fault, caught by the caller, is about.

    Raises:
        InvalidInputError: MLflow refused the data before the model's own code was reached.
    """
    if _is_about_input(fault):
        reason = str(getattr(fault, "message", fault)).rpartition(" Error: ")[2]
        note = _signature_note(metadata.get_input_schema())
        message = f"the request does not fit the model's signature: {reason}{note}"
        raise InvalidInputError(message, "INVALID_PARAMETER_VALUE") from fault


def _is_about_input(fault: BaseException) -> bool:
    """Whether MLflow refused the data before the model's own code was reached."""
    import mlflow
    from mlflow.exceptions import MlflowException

    if not isinstance(fault, MlflowException):
        return False
    frames = [frame for frame, _ in traceback.walk_tb(fault.__traceback__)][1:]
    home = Path(mlflow.__file__).resolve().parent
    if not all(home in Path(frame.f_code.co_filename).resolve().parents for frame in frames):
        return False
    is_enforcing = any(frame.f_code.co_name.startswith("_enforce") for frame in frames)
    return is_enforcing or fault.error_code in ("BAD_REQUEST", "INVALID_PARAMETER_VALUE")


def _signature_note(schema: Any) -> str:
    return f" (signature: {textwrap.shorten(str(schema), 600, placeholder='...')})" if schema else ""


def _kind(value: Any) -> str:
    return {dict: "an object", list: "a list", str: "a string", bool: "a boolean", type(None): "null"}.get(
        type(value), "a number"
    )


def _plain(value: Any) -> Any:
    """The value in types that `json.dumps` writes as standard JSON; NaN, infinities and missing values as None."""
    if value is None or isinstance(value, (str, int)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {_key(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, AbstractSet, Iterator)):
        return [_plain(item) for item in value]
    for types, convert in _CONVERSIONS:
        if isinstance(value, types):
            return convert(value)
    return _plain_array(value)


def _key(key: Any) -> str:
    plain = _plain(key)
    return plain if isinstance(plain, str) else json.dumps(plain)


def _iso(value: Any) -> str | None:
    # pandas' NaT is a datetime, and the only one that does not equal itself
    return value.isoformat() if value == value else None  # noqa: PLR0124


def _base64(value: Any) -> str:
    # with line breaks, as MLflow's scoring server writes it
    return base64.encodebytes(bytes(value)).decode("ascii")


#: Types of the standard library, and how each is written.
_CONVERSIONS: tuple[tuple[Any, Any], ...] = (
    ((bytes, bytearray, memoryview), _base64),
    (decimal.Decimal, lambda value: _plain(float(value))),
    ((dt.date, dt.time), _iso),
    (enum.Enum, lambda value: _plain(value.value)),
    ((uuid.UUID, os.PathLike), str),
)


def _plain_array(value: Any) -> Any:
    import numpy as np
    import pandas as pd

    if isinstance(value, (pd.DataFrame, pd.Series)):
        return _plain(pd.DataFrame(value).to_dict(orient="records"))
    if isinstance(value, (pd.Index, pd.api.extensions.ExtensionArray)):
        return [_plain(item) for item in value]
    if isinstance(value, (dt.timedelta, np.timedelta64, np.datetime64)):
        return _iso(pd.Timestamp(value) if isinstance(value, np.datetime64) else pd.Timedelta(value))
    if value is pd.NA:
        return None
    return _plain_ndarray(value) if isinstance(value, np.ndarray) else _plain_object(value)


def _plain_ndarray(value: Any) -> Any:
    import numpy as np

    if value.dtype.kind in "biuU":
        return value.tolist()
    if value.dtype.kind == "f":
        return np.asarray(np.where(np.isfinite(value), value.astype(object), None)).tolist()
    return [_plain(item) for item in value] if value.ndim else _plain(value[()])


def _plain_object(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return _plain(dataclasses.asdict(value))
    for method in ("model_dump", "toarray", "tolist", "item", "dict"):
        convert = getattr(value, method, None)
        if callable(convert) and not isinstance(value, (type, complex)):
            return _plain(convert())
    kind = type(value)
    raise TypeError(f"the model's answer holds a {kind.__module__}.{kind.__qualname__}, which has no form in JSON")
