"""From the body of a request to the answer's."""

from __future__ import annotations

import io
import json
import logging
from typing import Any

from oci_mlflow_plugin.adapters.image_server.server.answers import Answer, answer, invalid, refusal
from oci_mlflow_plugin.adapters.image_server.server.loading import Loaded
from oci_mlflow_plugin.adapters.image_server.server.quick import Quick

_LOG = logging.getLogger("model")


class Payload:
    """Answers the bodies of requests; reading them and writing answers is up to ``score.py``."""

    def __init__(self, loaded: Loaded, quick: Quick | None) -> None:
        self._score = loaded.score
        self._model = loaded.model
        self._quick = quick

    def answered(self, body: bytes, form: str) -> Answer:
        """The answer to a body of the form ``json``, ``csv`` or ``parquet``; it never raises."""
        try:
            return answer(self._predicted(body, form))
        except BaseException as fault:  # noqa: BLE001 - sys.exit() in a model must not end the server
            return failure(fault)

    def request(self, body: bytes, form: str) -> Any:  # noqa: ANN401
        """The request in the body, as ``score.py`` has it.

        Raises:
            InvalidInputError: It cannot be read.
        """
        if form == "json":
            return self._score.read(self._parsed(body), self._model.metadata)
        frame = self._csv(body) if form == "csv" else self._parquet(body)
        return self._score.Request(frame, None, unwrapped=False)

    def _predicted(self, body: bytes, form: str) -> Any:  # noqa: ANN401
        if form != "json":
            return self._asked(self.request(body, form))
        data = self._parsed(body)
        if self._quick is not None and isinstance(data, dict):
            frame = self._quick.columns.frame(data)
            if frame is not None:
                prediction = self._quick.predict(frame)
                return self._score.answered(self._score.Request(None, None, unwrapped=False), prediction)
        return self._asked(self._score.read(data, self._model.metadata))

    def _asked(self, request: Any) -> Any:  # noqa: ANN401
        return self._score.answered(request, self._score.run(self._model, request))

    def _parsed(self, body: bytes) -> Any:  # noqa: ANN401
        try:
            return json.loads(body)
        except (ValueError, RecursionError) as fault:
            raise self._invalid("JSON", fault) from fault

    def _csv(self, body: bytes) -> Any:  # noqa: ANN401
        import pandas as pd  # noqa: PLC0415 - the model's environment has it, or the model no frames

        schema = self._model.metadata.get_input_schema()
        # as MLflow's scoring server does it
        dtypes = dict(zip(schema.input_names(), schema.pandas_types())) if schema else None  # noqa: B905
        try:
            return pd.read_csv(io.StringIO(body.decode("utf-8")), dtype=dtypes)
        except Exception as fault:  # whatever fails here fails on the caller's data
            raise self._invalid("CSV that fits the model's signature", fault) from fault

    def _parquet(self, body: bytes) -> Any:  # noqa: ANN401
        import pandas as pd  # noqa: PLC0415

        try:
            return pd.read_parquet(io.BytesIO(body))
        except Exception as fault:  # as above
            raise self._invalid("Parquet", fault) from fault

    def _invalid(self, form: str, fault: BaseException) -> Exception:
        error: Exception = self._score.InvalidInputError(f"the request body is not {form}: {fault}")
        return error


def failure(fault: BaseException) -> Answer:
    """What is answered where this was raised: 4xx with the reason where the request is to blame, else 500."""
    status = getattr(fault, "status", None)
    if isinstance(status, int) and 400 <= status < 500:  # noqa: PLR2004 - the range of client errors
        return invalid(str(fault), str(getattr(fault, "error_code", "BAD_REQUEST")), status)
    _LOG.error("the prediction failed", exc_info=fault)
    return refusal(500, "InternalServerError", f"{type(fault).__name__}: {fault}")
