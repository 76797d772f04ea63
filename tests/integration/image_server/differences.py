"""Where answers differ from those of MLflow's scoring server on purpose; docs/reference/image-server.md says why."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from integration.image_server.corpus import Case
from integration.image_server.serving import Told


def _object(told: Told) -> dict[str, Any]:
    """The body, with null for what is no JSON and what pandas calls no time."""
    try:
        found = json.loads(told.body.replace(b'"NaT"', b"null"), parse_constant=lambda _name: None)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _same_code(_case: Case, ours: Told, theirs: Told) -> bool:
    codes = [_object(told).get("error_code") for told in (ours, theirs)]
    return ours.status == theirs.status == 400 and codes[0] == codes[1] is not None


def _missing_as_null(_case: Case, ours: Told, theirs: Told) -> bool:
    return ours.status == theirs.status == 200 and _object(ours) == _object(theirs)


def _times(case: Case, ours: Told, theirs: Told) -> bool:
    return ours.status == theirs.status == 200 and case.name in {"time array", "times"} and b"2020-01-02T" in ours.body


def _more_answers(_case: Case, ours: Told, theirs: Told) -> bool:
    return ours.status == 200 and theirs.status == 500 and theirs.body == b"Internal Server Error"


def _reason_of_500(_case: Case, ours: Told, theirs: Told) -> bool:
    return ours.status == theirs.status == 500 and _object(ours)["code"] == "InternalServerError"


def _models_fault(case: Case, ours: Told, theirs: Told) -> bool:
    return case.name.startswith("row ") and (ours.status, theirs.status) == (500, 400)


def _unknown_type(case: Case, ours: Told, theirs: Told) -> bool:
    return ours.status == theirs.status == 415 and "message" in _object(ours) and not case.is_json


def _no_type(case: Case, ours: Told, theirs: Told) -> bool:
    return not case.content_type and ours.status == 200 and theirs.status in {415, 500}


def _more_forms(_case: Case, ours: Told, theirs: Told) -> bool:
    told = _object(theirs).get("message", "")
    return ours.status == 200 and theirs.status == 400 and "must be a JSON dictionary with exactly one" in told


def _type_hint(_case: Case, ours: Told, theirs: Told) -> bool:
    codes = (_object(ours).get("error_code"), _object(theirs).get("error_code"))
    return "type hint" in _object(ours).get("message", "") and codes == ("BAD_REQUEST", "INVALID_PARAMETER_VALUE")


def _params_of_another_form(case: Case, ours: Told, theirs: Told) -> bool:
    return case.name == "params are no object" and (ours.status, theirs.status) == (400, 200)


#: By the name that the table of the page has, in its order; the first that fits is the one.
DIFFERENCES: dict[str, Callable[[Case, Told, Told], bool]] = {
    "Messages": _same_code,
    "Missing values": _missing_as_null,
    "Times": _times,
    "No content type": _no_type,
    "More forms": _more_forms,
    "More answers": _more_answers,
    "Faults of the model": _models_fault,
    "Reasons of 500": _reason_of_500,
    "Other content types": _unknown_type,
    "Type hints": _type_hint,
    "Parameters": _params_of_another_form,
}


def difference(case: Case, ours: Told, theirs: Told) -> str:
    """Empty where there is none, else its name; one without a name is told whole."""
    if (ours.status, ours.body) == (theirs.status, theirs.body):
        return ""
    for name, is_it in DIFFERENCES.items():
        if is_it(case, ours, theirs):
            return name
    return f"{case.name}: {ours.status} {ours.body!r} here, {theirs.status} {theirs.body!r} there"
