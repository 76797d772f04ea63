"""A model's signature in the form in which ADS keeps schemas."""

from __future__ import annotations

import json
from typing import Any

import pytest

from oci_mlflow_core.planning.catalog_schema import input_schema, output_schema

DOUBLE = {"type": "double", "name": "price", "required": True}


def inputs_of(*specs: dict[str, Any]) -> list[dict[str, Any]]:
    """What is written of these inputs."""
    written: list[dict[str, Any]] = json.loads(input_schema({"inputs": list(specs)}))["schema"]
    return written


def test_a_column_is_an_attribute_with_all_keys_that_ads_reads() -> None:
    assert json.loads(input_schema({"inputs": [DOUBLE]})) == {
        "schema": [
            {
                "dtype": "float64",
                "feature_type": "Continuous",
                "name": "price",
                "domain": {"values": "double", "stats": {}, "constraints": []},
                "required": True,
                "description": "",
                "order": 0,
            }
        ],
        "version": "1.1",
    }


@pytest.mark.parametrize(
    ("type_", "dtype", "feature"),
    [
        ("boolean", "bool", "Boolean"),
        ("integer", "int32", "Integer"),
        ("long", "int64", "Integer"),
        ("float", "float32", "Continuous"),
        ("double", "float64", "Continuous"),
        ("string", "object", "String"),
        ("binary", "object", "Object"),
        ("datetime", "datetime64[ns]", "DateTime"),
        ("any", "object", "Object"),
        ("sparkml_vector", "object", "Object"),
    ],
)
def test_every_column_type_of_mlflow_has_one_of_pandas_and_one_of_ads(type_: str, dtype: str, feature: str) -> None:
    (written,) = inputs_of({"type": type_, "name": "a"})

    assert (written["dtype"], written["feature_type"], written["domain"]["values"]) == (dtype, feature, type_)


@pytest.mark.parametrize(
    ("dtype", "feature"),
    [
        ("float32", "Continuous"),
        ("int64", "Integer"),
        ("uint8", "Integer"),
        ("bool", "Boolean"),
        ("str", "String"),
        ("datetime64[ns]", "DateTime"),
        ("complex128", "Object"),
        ("object", "Object"),
    ],
)
def test_a_tensor_keeps_its_type_and_shape(dtype: str, feature: str) -> None:
    (written,) = inputs_of({"type": "tensor", "tensor-spec": {"dtype": dtype, "shape": [-1, 28, 28]}})

    assert (written["name"], written["dtype"], written["feature_type"]) == ("0", dtype, feature)
    assert written["domain"]["values"] == f"tensor<{dtype}>(-1, 28, 28)"


@pytest.mark.parametrize(
    ("spec", "spelled"),
    [
        ({"type": "array", "items": {"type": "double"}}, "array<double>"),
        ({"type": "array", "items": {"type": "array", "items": {"type": "long"}}}, "array<array<long>>"),
        ({"type": "map", "values": {"type": "string"}}, "map<string, string>"),
        (
            {
                "type": "object",
                "properties": {
                    "price": {"type": "double", "required": True},
                    "notes": {"type": "array", "items": {"type": "string"}, "required": False},
                },
            },
            "object{price: double, notes?: array<string>}",
        ),
    ],
)
def test_nested_types_are_objects_whose_values_are_spelled_out(spec: dict[str, Any], spelled: str) -> None:
    (written,) = inputs_of({**spec, "name": "a"})

    assert (written["dtype"], written["feature_type"], written["domain"]["values"]) == ("object", "Object", spelled)


@pytest.mark.parametrize(("said", "required"), [({}, True), ({"required": False}, False), ({"optional": True}, False)])
def test_what_may_be_missing_is_not_required(said: dict[str, bool], *, required: bool) -> None:
    (written,) = inputs_of({"type": "long", "name": "a", **said})

    assert written["required"] is required


def test_columns_without_names_are_called_by_their_order() -> None:
    assert [(item["name"], item["order"]) for item in inputs_of({"type": "long"}, {"type": "long"})] == [
        ("0", 0),
        ("1", 1),
    ]


def test_parameters_follow_the_inputs_and_need_not_be_given() -> None:
    params = [
        {"name": "threshold", "type": "double", "default": 0.5, "shape": None},
        {"name": "price", "type": "string", "default": ["a"], "shape": [-1]},
    ]

    written = json.loads(input_schema({"inputs": [DOUBLE], "params": params}))["schema"]

    assert [(item["name"], item["order"], item["required"]) for item in written] == [
        ("price", 0, True),
        ("params.threshold", 1, False),
        ("params.price", 2, False),
    ]
    assert [item["description"] for item in written[1:]] == [
        "Parameter of the request; 0.5 where it is left out",
        'Parameter of the request; ["a"] where it is left out',
    ]
    assert [(item["dtype"], item["domain"]["values"]) for item in written[1:]] == [
        ("float64", "double"),
        ("object", "array<string>"),
    ]


def test_outputs_have_a_schema_of_their_own() -> None:
    signature = {"inputs": [DOUBLE], "outputs": [{"type": "long"}], "params": None}

    assert [item["domain"]["values"] for item in json.loads(output_schema(signature))["schema"]] == ["long"]


@pytest.mark.parametrize("signature", [None, {}, {"inputs": None, "outputs": None, "params": None}, {"inputs": []}])
def test_without_a_signature_there_is_no_schema(signature: dict[str, Any] | None) -> None:
    assert (input_schema(signature), output_schema(signature)) == ("", "")


@pytest.mark.parametrize(("columns", "fits"), [(150, True), (400, False)])
def test_a_schema_that_the_catalog_would_refuse_is_left_out(columns: int, *, fits: bool) -> None:
    text = input_schema({"inputs": [{"type": "double", "name": f"column {number}"} for number in range(columns)]})

    assert bool(text) is fits
    assert len(text.encode()) <= 32_000


def test_names_given_twice_leave_the_schema_out() -> None:
    assert input_schema({"inputs": [DOUBLE, DOUBLE]}) == ""
