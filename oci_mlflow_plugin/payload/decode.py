"""A deployment's answer as MLflow's `PredictionsResponse`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from oci_mlflow_core.errors import PredictionError
from oci_mlflow_core.model.deployment import Answer

if TYPE_CHECKING:
    from mlflow.deployments import PredictionsResponse

_OK = 200
_LONGEST_REASON = 500
#: Source: OCI documentation, "Invoking a model deployment": response codes.
_HINTS = {
    400: "Compare the data with the model's signature.",
    401: "Check the credentials that the profile names.",
    403: "Predicting needs the permission DATA_SCIENCE_MODEL_DEPLOYMENT_PREDICT on the deployment.",
    404: "OCI answers so when the deployment is not there, is not active, or may not be called by this user.",
    413: "Send fewer rows at a time: a deployment takes at most 10 MB.",
    429: "Wait a little, or raise the deployment's bandwidth or replica count.",
    500: "The model raised an error or took longer than 60 seconds; 'oci-mlflow logs' shows what it printed.",
    503: "The deployment is overloaded or still starting; try again in a moment.",
}
#: What pandas says in the server, and what it means for the one who asked.
_PLAINER = {
    "If using all scalar values, you must pass an index": (
        'the values of the dict must be lists with a value for each row, such as {"a": [1]}'
    ),
}


def decode_answer(answer: Answer, name: str) -> PredictionsResponse:
    """The answer in plain types, NaN as None.

    ``{"predictions": ...}`` is kept as it is with whatever stands beside it; ``{"prediction": ...}``, a bare list or a
    bare value becomes that. The object that answers a chat or completion request is kept as it is, with no
    ``predictions`` in it.

    Raises:
        PredictionError: The deployment answered with an error, or with something that is not JSON.
    """
    from mlflow.deployments import PredictionsResponse  # noqa: PLC0415 - heavy

    if answer.status != _OK:
        raise _refusal(answer, name)
    try:
        content = json.loads(answer.body, parse_constant=lambda _name: None)
    except ValueError as fault:
        shown = _text(answer.body)
        raise PredictionError(name, answer.status, "", f"the answer is not JSON ({fault}): {shown}") from fault
    return PredictionsResponse(_response(content))


def _response(content: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    if not isinstance(content, dict):
        return {"predictions": content}
    if "prediction" in content and "predictions" not in content:
        return {"predictions": content["prediction"], **{key: content[key] for key in content if key != "prediction"}}
    return content


def _refusal(answer: Answer, name: str) -> PredictionError:
    code, reason = _explained(answer.body)
    hint = _HINTS.get(answer.status, "")
    plainer = next((meaning for words, meaning in _PLAINER.items() if words in reason), None)
    told = f"{plainer} ({reason})" if plainer else reason
    return PredictionError(name, answer.status, code, told or "(no explanation)", hint)


def _explained(body: bytes) -> tuple[str, str]:
    """Code and message of an error body: OCI's, MLflow's, another server's, or plain text."""
    try:
        content = json.loads(body)
    except ValueError:
        return "", _text(body)
    if not isinstance(content, dict):
        return "", _text(body)
    code = next((str(content[key]) for key in ("code", "error_code") if content.get(key)), "")
    reason = next((content[key] for key in ("message", "detail", "error") if content.get(key)), None)
    if reason is None:
        return code, _text(body)
    return code, reason if isinstance(reason, str) else json.dumps(reason, ensure_ascii=False)


def _text(body: bytes) -> str:
    text = body.decode(errors="replace").strip()
    return text if len(text) <= _LONGEST_REASON else text[:_LONGEST_REASON] + "…"
