"""A user's data as the body of a prediction request."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from oci_mlflow_core.errors import PayloadError

if TYPE_CHECKING:
    import pandas as pd

#: Version of the request and answer format that this package speaks (wire-format.md).
WIRE_FORMAT = 1
#: The longest body that a model deployment takes, in bytes; a longer one is answered 413.
#: Source: OCI documentation, "Invoking a model deployment": the payload is limited to 10 MB.
MAX_REQUEST_BYTES = 10 * 1024 * 1024
#: The keys of MLflow's scoring protocol, one of which holds the data.
FORMS = ("dataframe_split", "dataframe_records", "instances", "inputs")
#: An object with one of these is a chat, completion or embedding request (mlflow.pyfunc.scoring_server).
LLM_KEYS = frozenset({"messages", "prompt", "input"})
_BARE_SPLIT = frozenset({"columns", "index", "data", "params"})
_ACCEPTED = (
    "Accepted are a pandas DataFrame or Series, a NumPy array, a SciPy sparse matrix, a list, a dict of arrays, "
    "a dict in MLflow's scoring protocol, and JSON text."
)


def encode_inputs(inputs: Any, params: Mapping[str, Any] | None = None) -> bytes:  # noqa: ANN401 - a user's data
    """The request body for these inputs, UTF-8 JSON in wire format 1.

    A dict or JSON text that is in MLflow's scoring protocol already is passed through; chat and completion requests
    take `params` beside their own keys, all others in ``params``.

    Raises:
        PayloadError: The inputs are of no accepted form, or the body is longer than a deployment takes.
    """
    body = with_params(_body(inputs), params)
    try:
        content = json.dumps(body, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
    except UnicodeEncodeError as fault:
        raise PayloadError(
            "the data holds a text that is not Unicode (a lone surrogate)",
            "Send bytes as bytes, and decode texts with their own encoding.",
        ) from fault
    except ValueError as fault:
        raise PayloadError(f"the data holds a number that cannot be sent: {fault}", "Send it as text.") from fault
    check_size(len(content))
    return content


def check_size(size: int) -> None:
    """Raises `PayloadError` where a body of that many bytes is longer than a deployment takes."""
    if size > MAX_REQUEST_BYTES:
        raise PayloadError(
            f"the request has {size:,} bytes, and a model deployment takes at most {MAX_REQUEST_BYTES:,} (10 MB)",
            "Send fewer rows at a time.",
        )


def is_protocol(body: Mapping[Any, Any]) -> bool:
    """Whether the object is a whole request and not data."""
    keys = set(body)
    return bool(keys & {*FORMS, *LLM_KEYS}) or {"columns", "data"} <= keys <= _BARE_SPLIT


def with_params(body: Any, params: Mapping[str, Any] | None) -> Any:  # noqa: ANN401 - JSON
    """The request with these parameters.

    Raises:
        PayloadError: The request has parameters of that name already, or is a bare list, which has no place for them.
    """
    if not params:
        return body
    if not isinstance(body, dict):
        raise PayloadError("a bare list has no place for params", 'Wrap it: {"dataframe_records": [...]}.')
    from oci_mlflow_plugin.payload.plain import plain  # noqa: PLC0415 - imports pandas

    added = plain(params)
    added = added if LLM_KEYS & set(body) else {"params": added}
    if taken := sorted(set(added) & set(body)):
        raise PayloadError(f"'{taken[0]}' is given twice, in the inputs and beside them", "Give it once.")
    return {**body, **added}


def _body(inputs: Any) -> Any:  # noqa: ANN401
    if isinstance(inputs, (str, bytes, bytearray)):
        return _parsed(inputs)
    if inputs is None:
        raise PayloadError("there are no inputs to predict from", _ACCEPTED)
    if hasattr(inputs, "toarray") and hasattr(inputs, "nnz"):
        return _sparse(inputs)
    if isinstance(inputs, Mapping):
        return _mapping(inputs)
    return _data(inputs)


def _parsed(text: str | bytes | bytearray) -> Any:  # noqa: ANN401
    try:
        body = json.loads(text, parse_constant=lambda _name: None)
    except (ValueError, RecursionError) as fault:
        check_size(len(text))
        raise PayloadError(
            f"the text is not JSON: {fault}", 'To send a text itself, wrap it: {"inputs": ["the text"]}.'
        ) from fault
    if isinstance(body, list) or (isinstance(body, dict) and is_protocol(body)):
        return body
    keys = f"an object with {', '.join(body) or 'nothing'}" if isinstance(body, dict) else "a single value"
    raise PayloadError(
        f"the JSON is {keys}, which is no request of MLflow's scoring protocol",
        'Wrap it: {"inputs": ...}, {"instances": [...]}, {"dataframe_split": {...}} or {"dataframe_records": [...]}.',
    )


def _sparse(matrix: Any) -> dict[str, Any]:  # noqa: ANN401 - any of SciPy's classes
    # two bytes a value is the least that JSON needs; a matrix too large for memory is refused before it is unfolded
    cells = 1
    for length in matrix.shape:
        cells *= length
    check_size(2 * cells)
    from oci_mlflow_plugin.payload.plain import plain_array  # noqa: PLC0415 - imports pandas

    return {"inputs": plain_array(matrix.toarray())}


def _mapping(inputs: Mapping[Any, Any]) -> Any:  # noqa: ANN401
    import pandas as pd  # noqa: PLC0415 - heavy

    from oci_mlflow_plugin.payload.plain import plain  # noqa: PLC0415 - imports pandas

    if not is_protocol(inputs):
        return {"inputs": plain(inputs)}
    frames = {key: value for key, value in inputs.items() if isinstance(value, pd.DataFrame)}
    shown = {key: _frame_form(str(key), frame) for key, frame in frames.items()}
    return plain({**inputs, **shown})


def _frame_form(form: str, frame: pd.DataFrame) -> Any:  # noqa: ANN401
    from oci_mlflow_plugin.payload.frame_form import frame_records, frame_split  # noqa: PLC0415 - imports pandas

    return frame_split(frame) if form == "dataframe_split" else frame_records(frame)


def _data(inputs: Any) -> dict[str, Any]:  # noqa: ANN401
    import numpy as np  # noqa: PLC0415 - heavy
    import pandas as pd  # noqa: PLC0415 - heavy

    from oci_mlflow_plugin.payload.frame_form import frame_split  # noqa: PLC0415 - imports pandas
    from oci_mlflow_plugin.payload.plain import plain  # noqa: PLC0415 - imports pandas

    if isinstance(inputs, (pd.DataFrame, pd.Series)):
        return {"dataframe_split": frame_split(pd.DataFrame(inputs))}
    if isinstance(inputs, (list, tuple, np.ndarray, np.generic, int, float, pd.Index)):
        return {"inputs": plain(inputs)}
    kind = f"{type(inputs).__module__}.{type(inputs).__qualname__}"
    raise PayloadError(f"inputs of type {kind} cannot be sent to a model", _ACCEPTED)
