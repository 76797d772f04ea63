"""Until when packages have to be uploaded to be chosen (``-C exclude-newer``)."""

from __future__ import annotations

from datetime import datetime, timezone

from oci_mlflow_core.errors import InvalidRequestError
from oci_mlflow_core.model.artifact import ModelFacts

#: Stands for the moment at which the model was logged.
OF_THE_MODEL = "model"


def exclude_newer(given: str | None, facts: ModelFacts) -> str | None:
    """The moment in RFC 3339, UTC, however it was written; None where nothing was given.

    Raises:
        InvalidRequestError: It is no moment, or the model does not say when it was logged.
    """
    if given is None:
        return None
    if given.strip().lower() == OF_THE_MODEL:
        return _logged(facts)
    moment = _moment(given)
    if moment is None:
        raise InvalidRequestError(
            f"-C exclude-newer: expected 'model' or a time with its offset from UTC, got '{given}'",
            "Write the time as RFC 3339 has it, such as 2025-01-31T12:00:00Z.",
        )
    return moment


def _logged(facts: ModelFacts) -> str:
    moment = _moment(facts.time_created)
    if moment is None:
        raise InvalidRequestError(
            f"-C exclude-newer=model: {facts.version.uri} does not say when it was logged",
            "Give the time itself, such as -C exclude-newer=2025-01-31T12:00:00Z.",
        )
    return moment


def _moment(text: str) -> str | None:
    """The same moment in UTC without a fraction that is zero; None where the text is none, or says no offset."""
    text = text.strip()
    try:
        # Python 3.10 does not know the Z
        read = datetime.fromisoformat(f"{text[:-1]}+00:00" if text[-1:] in {"Z", "z"} else text)
    except ValueError:
        return None
    if read.tzinfo is None or "T" not in text.upper().replace(" ", "T"):
        return None
    return read.astimezone(timezone.utc).isoformat().replace("+00:00", "Z")
