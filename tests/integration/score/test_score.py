# ruff: noqa: E501 - tables of cases
from __future__ import annotations

from typing import Any

import pytest
from integration.score.conftest import COLUMNS, ROW, Ask

RECORD = dict(zip(COLUMNS, ROW, strict=True))
SPLIT = {"columns": COLUMNS, "index": [0], "data": [ROW]}
SIGNATURE = "(signature: [" + ", ".join(f"'{name}': double (required)" for name in COLUMNS) + "])"
ACCEPTED = (
    'accepted are {"dataframe_split": {"columns": [...], "data": [[...]]}}, {"dataframe_records": [{...}]}, '
    '{"instances": [...]} and {"inputs": ...}, each with optional "params"; chat and completion objects with '
    '"messages", "prompt" or "input"; {"columns": [...], "data": [[...]]}; and a list of rows'
)
COLUMN_ROW = {"id": "00123", "day": "2020-01-02T00:00:00", "raw": "AP8=", "amount": 0.1, "count": 2**63 - 1, "ok": True}
HI = {"role": "user", "content": "hi"}
#: Requests that both MLflow's scoring server and score.py take.
SHARED: dict[str, list[Any]] = {
    "classifier": [
        {"dataframe_split": SPLIT},
        {"dataframe_split": {"data": [ROW], "columns": COLUMNS}},
        {"dataframe_records": [RECORD, RECORD]},
        {"inputs": [RECORD]},
        {"inputs": {name: [value, value] for name, value in RECORD.items()}},
        {"instances": [RECORD]},
        {"dataframe_records": [{**RECORD, "mean area": 1001, "more": "ignored"}]},
        {"dataframe_split": SPLIT, "client_request_id": "ignored"},
    ],
    "unsigned": [{"inputs": [ROW]}, {"instances": [ROW, ROW]}, {"dataframe_split": SPLIT}],
    "params": [
        {"inputs": [{"a": 1.5}], "params": {"top": 3}},
        {"dataframe_records": [{"a": 1}], "params": {"temperature": 1, "unknown": 1}},
        {"instances": [{"a": None}, {"a": 2.5}]},
        {"dataframe_records": [{"a": 1}], "params": None},
    ],
    "columns": [
        {"dataframe_records": [COLUMN_ROW]},
        {"dataframe_split": {"columns": list(COLUMN_ROW), "data": [list(COLUMN_ROW.values())]}},
        {"inputs": [{**COLUMN_ROW, "id": "x"}]},
    ],
    "free": [
        {"inputs": ["a", "00123"]},
        {"inputs": {"a": [1, 2], "b": [0.5, None]}},
        {"inputs": 5},
        {"instances": [1, 2]},
        {"instances": [{"a": 1, "b": [1, 2]}]},
        {"dataframe_split": {"data": [[1, "x"], [2, None]]}},
        {"dataframe_records": [{"a": {"b": [1, 2]}}]},
        {"prompt": "once", "max_tokens": 5},
        {"input": ["a"], "params": {"x": 1}},
    ],
    "tensor": [{"inputs": [[1, 2], [3, 4]]}, {"instances": [[0.1, 2]]}],
    "chat": [{"messages": [HI], "temperature": 0.1}, {"messages": [HI]}, {"messages": [HI], "custom_inputs": {"a": "b"}}],
    "agent": [{"input": [HI]}],
    "hints": [{"inputs": [{"name": "a", "size": 2}, {"name": "b"}]}],
}  # fmt: skip


@pytest.mark.parametrize("name", SHARED)
def test_answers_are_those_of_mlflows_own_server(ask: Ask, name: str) -> None:
    found = ask(name, *SHARED[name])

    assert [answer["score"] for answer in found] == [answer["mlflow"] for answer in found]
    assert all("answer" in answer["score"] for answer in found)


def test_the_documented_row_is_answered_in_every_form_that_is_not_mlflows(ask: Ask) -> None:
    found = ask("classifier", SPLIT, [RECORD], [ROW], str([ROW]), {"columns": COLUMNS, "data": [ROW]})

    assert [answer["score"] for answer in found] == [{"answer": {"predictions": [0]}}] * 5


def test_a_list_goes_to_a_model_without_columns_as_it_is(ask: Ask) -> None:
    assert ask("unsigned", [ROW])[0]["score"] == {"answer": {"predictions": [0]}}
    assert ask("tensor", [[1, 2]])[0]["score"] == {"answer": {"predictions": [[1.0, 2.0]]}}
    assert ask("hints", [{"name": "a"}])[0]["score"] == {"answer": {"predictions": [{"name": "A", "size": 1}]}}


def test_a_chat_answer_is_not_wrapped(ask: Ask) -> None:
    answer = ask("chat", {"messages": [HI], "temperature": 0.1})[0]["score"]["answer"]

    assert answer["choices"][0]["message"] == {"role": "assistant", "content": "hi at 0.1"}


def test_columns_arrive_with_the_types_of_the_signature(ask: Ask) -> None:
    answer = ask("columns", [COLUMN_ROW])[0]["score"]["answer"]["predictions"][0]

    kinds = dict(part.split(":") for part in answer.pop("types").split())
    assert kinds.pop("id") in {"object", "str"}
    assert kinds == {
        "day": "datetime64[ns]", "raw": "object", "amount": "float32", "count": "int64", "ok": "bool"
    }  # fmt: skip
    assert answer == {**COLUMN_ROW, "raw": "AP8=\n", "amount": 0.10000000149011612}


BAD: list[tuple[Any, str]] = [
    (5, f"the request is a number; {ACCEPTED}"),
    (None, f"the request is null; {ACCEPTED}"),
    ("nope", f"the request is not JSON: Expecting value: line 1 column 1 (char 0); {ACCEPTED}"),
    ('"nope"', f"the request is a string; {ACCEPTED}"),
    ({}, f"the request is an object with nothing; {ACCEPTED}"),
    ({"b": 1, "a": 2}, f"the request is an object with a, b; {ACCEPTED}"),
    ({"inputs": 1, "instances": 2}, f"the request has more than one of instances, inputs; {ACCEPTED}"),
    ({"dataframe_records": 5}, f"the data cannot be read: Dataframe records format must be a list of records. Got type <class 'int'>. {SIGNATURE}"),
    ([[1]], f"the data cannot be read: Provided dataframe_split field is not a valid dataframe representation in 'split' format. Error: '8 columns passed, passed data had 1 columns' {SIGNATURE}"),
    ([{**RECORD, "mean area": "x"}], f"the data cannot be read: Data is not compatible with model signature. Failed to convert column mean area to type 'float64'. Error: 'ValueError(\"could not convert string to float: 'x'\")' {SIGNATURE}"),
]  # fmt: skip


def test_a_request_of_no_accepted_form_is_told_what_is_wrong(ask: Ask) -> None:
    found = ask("classifier", *(body for body, _ in BAD))

    assert [answer["score"] for answer in found] == [
        {"error": "InvalidInputError", "message": message, "status": 400, "error_code": "BAD_REQUEST"}
        for _, message in BAD
    ]


def test_data_that_breaks_the_signature_is_told_what_is_wrong(ask: Ask) -> None:
    bodies = [{"inputs": [[1, 2, 3]]}, {"inputs": "x"}]
    first, second = (answer["score"] for answer in ask("tensor", *bodies))
    missing = ask("classifier", {"dataframe_records": [{"a": 1}]})[0]["score"]
    params = [
        answer["score"]
        for answer in ask(
            "params", {"inputs": [{"a": 1.5}], "params": [1]}, {"inputs": [{"a": 1.5}], "params": {"top": "x"}}
        )
    ]

    assert first == {
        "error": "InvalidInputError",
        "message": "the request does not fit the model's signature: Shape of input (1, 3) does not match expected "
        "shape (-1, 2). (signature: [Tensor('float32', (-1, 2))])",
        "status": 400,
        "error_code": "INVALID_PARAMETER_VALUE",
    }
    assert second["message"].startswith("the data cannot be read: ")
    assert missing["message"] == (
        f"the request does not fit the model's signature: Model is missing inputs {COLUMNS}. "
        f"Note that there were extra inputs: ['a']. {SIGNATURE}"
    )
    assert params[0]["message"] == '"params" has to be an object of names and values, got a list'
    assert "Can not safely convert `<class 'str'>` to `DataType.long` for value `x`" in params[1]["message"]
    assert {answer["status"] for answer in (second, missing, *params)} == {400}


def test_a_type_hint_refuses_frames_and_wrong_fields(ask: Ask) -> None:
    frame, field = (
        answer["score"] for answer in ask("hints", {"dataframe_records": [{"name": "a"}]}, {"inputs": [{}]})
    )

    assert (
        frame["message"]
        == 'the model\'s signature comes from a type hint, which needs "inputs", not "dataframe_records"'
    )
    assert field["message"].startswith(
        "the request does not fit the model's signature: Failed to validate data against type hint `list[Row]`"
    )
    assert (frame["status"], field["status"]) == (400, 400)


def test_a_fault_of_the_model_stays_its_own(ask: Ask) -> None:
    own, raised = (answer["score"] for answer in ask("faulty", [{"a": 1}], [{"a": 2}]))

    assert (own["error"], own["message"], own["status"]) == ("ZeroDivisionError", "the model's own fault", 500)
    assert (raised["error"], raised["message"], raised["status"]) == ("MlflowException", "raised by the model", 500)


TIME = "2020-01-02T03:04:05"
ANSWERS: dict[str, Any] = {
    "frame": [{"a": 1, "b": 0.5, "t": "2020-01-02T00:00:00"}, {"a": 2, "b": None, "t": None}],
    "frame of nullable": [{"a": 1, "7": "x"}, {"a": None, "7": None}],
    "series": [{"s": 1}, {"s": 2}],
    "series without name": [{"0": 1.5}, {"0": None}],
    "index": [1, 2],
    "categories": ["a", "b"],
    "array": [[1, 2], [3, 4]],
    "float array": [0.5, None, None, None],
    "float32": [0.10000000149011612],
    "object array": [1, "x", None, None],
    "time array": ["2020-01-02T00:00:00", None],
    "empty array": [],
    "zero dimensions": 5,
    "bytes array": ["YQ==\n"],
    "list": [1, [2.5, None], [3]],
    "set": [7],
    "generator": [1, 2],
    "dict": {"a": 1, "2": [0.5], "null": True, "2020-01-02": 1},
    "scalars": [1, 2.5, True, None, "é", True, 3, None, "s"],
    "times": [TIME, TIME, "2020-01-02", "03:04:05", None, "2020-01-02T00:00:00"],
    "durations": ["P0DT0H1M30S"] * 3,
    "missing": [None] * 5,
    "bytes": ["AP8=\n", "YQ==\n"],
    "decimals": [0.1, None],
    "others": [{"x": 1.0, "y": [2]}, "red", "00000000-0000-0000-0000-000000000001"],
}


def test_an_answer_of_any_type_becomes_json(ask: Ask) -> None:
    found = ask("answers", *({"inputs": [name]} for name in ANSWERS))

    assert {name: answer["score"] for name, answer in zip(ANSWERS, found, strict=True)} == {
        name: {"answer": {"predictions": value}} for name, value in ANSWERS.items()
    }


def test_an_answer_that_has_no_form_in_json_is_the_models_fault(ask: Ask) -> None:
    unknown, complex_ = (answer["score"] for answer in ask("answers", {"inputs": ["unknown"]}, {"inputs": ["complex"]}))

    assert (unknown["error"], unknown["message"], unknown["status"]) == (
        "TypeError", "the model's answer holds a builtins.object, which has no form in JSON", 500
    )  # fmt: skip
    assert complex_["message"] == "the model's answer holds a builtins.complex, which has no form in JSON"
