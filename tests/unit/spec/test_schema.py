from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from oci_mlflow_core.spec import schema
from oci_mlflow_core.spec.deployment import DeploymentSpec
from oci_mlflow_core.spec.infrastructure import Infrastructure
from oci_mlflow_core.spec.kinds import fields_of
from oci_mlflow_core.spec.runtime import CondaRuntime, ContainerRuntime

SCHEMA = schema.json_schema()
WRITE_IT_ANEW = "from oci_mlflow_core.spec.schema import schema_text; print(schema_text(), end='')"
COMMITTED = Path(schema.__file__).with_name(schema.FILE_NAME)


def test_the_committed_file_is_fresh() -> None:
    assert COMMITTED.read_text(encoding="utf-8") == schema.schema_text(), WRITE_IT_ANEW


def test_it_is_a_schema_of_draft_2020_12() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)

    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert json.loads(schema.schema_text()) == SCHEMA


@pytest.mark.parametrize("cls", [DeploymentSpec, Infrastructure, CondaRuntime, ContainerRuntime])
def test_every_key_is_described_in_every_spelling(cls: type) -> None:
    properties = SCHEMA["$defs"][cls.__name__]["properties"]

    described = [properties[field.key.name].get("description") for field in fields_of(cls)]

    assert all(described)
    assert {spelling for field in fields_of(cls) for spelling in field.spellings} == set(properties)


def test_every_mapping_of_a_class_refuses_other_keys() -> None:
    objects = [part for part in _parts(SCHEMA) if "properties" in part and "object" in part.get("type", [])]

    assert len(objects) > 10
    assert all(part["additionalProperties"] is False for part in objects)


def test_words_and_examples_are_offered() -> None:
    infrastructure = SCHEMA["$defs"]["Infrastructure"]["properties"]

    words = infrastructure["networkAccessType"]["anyOf"][0]["enum"]

    assert words[0] == "MANAGED_NETWORKING_NO_INTERNET_ACCESS"
    assert infrastructure["shapeName"]["examples"] == ["VM.Standard.E4.Flex"]


def test_a_key_without_a_use_says_so() -> None:
    described = SCHEMA["$defs"]["Infrastructure"]["properties"]["blockStorageSize"]["description"]

    assert described == (
        "Accepted for files written for oci-mlflow. "
        "Not used: OCI Data Science has no such setting for model deployments; it is ignored."
    )


def test_every_example_of_a_key_is_valid_once_placeholders_are_filled() -> None:
    for name, definition in SCHEMA["$defs"].items():
        for key, described in definition.get("properties", {}).items():
            for example in described.get("examples", []):
                text = json.dumps(example).replace("<unique_ID>", "aaaa")
                part = {"$ref": f"#/$defs/{name}/properties/{key}", "$defs": SCHEMA["$defs"]}
                assert jsonschema.Draft202012Validator(part).is_valid(json.loads(text)), f"{name}.{key}"


def _parts(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, list):
        return [part for item in value for part in _parts(item)]
    if not isinstance(value, dict):
        return []
    return [value, *(part for item in value.values() for part in _parts(item))]
