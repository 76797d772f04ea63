"""Every file of the corpus: the reader says exactly what the file beside it holds, and the schema agrees.

`valid` and `invalid` are judged alike by both. `invalid/beyond-schema` holds what JSON Schema cannot say: rules between
values, values of environment variables, ranges of durations, spellings of numbers. `invalid/not-yaml` never gets there.
"""

from __future__ import annotations

import functools
from pathlib import Path

import jsonschema
import pytest

from oci_mlflow_core.errors import SpecError
from oci_mlflow_core.spec import limits
from oci_mlflow_core.spec.deployment import DeploymentSpec
from oci_mlflow_core.spec.document import parse_document
from oci_mlflow_core.spec.loaded import LoadedSpec
from oci_mlflow_core.spec.reading import read_spec
from oci_mlflow_core.spec.schema import json_schema

CORPUS = Path(__file__).parents[2] / "corpus" / "specs"
ENVIRON = {
    "ACCESS": "MANAGED_NETWORKING_INTERNET_ACCESS",
    "COMPARTMENT": "ocid1.compartment.oc1..aaaa",
    "EMPTY": "",
    "MANY": "99",
    "OCPUS": "4",
    "REGION": "iad",
    "SECRET": "s3cr3t",
    "SHAPE": "VM.Standard.E4.Flex",
}


def files(folder: str) -> list[Path]:
    return sorted((CORPUS / folder).glob("*.yaml"))


def name_of(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


VALID = files("valid")
INVALID = files("invalid")
BEYOND_SCHEMA = files("invalid/beyond-schema")
NOT_YAML = files("invalid/not-yaml")


def read(path: Path) -> LoadedSpec:
    return read_spec(path.read_text(), source="deploy.yaml", folder=Path("/specs"), environ=ENVIRON)


@functools.cache
def validator() -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(json_schema())


def schema_accepts(path: Path) -> bool:
    return validator().is_valid(parse_document(path.read_text(), "deploy.yaml").value)


def test_the_corpus_is_there() -> None:
    assert min(len(VALID), len(INVALID), len(BEYOND_SCHEMA)) > 15
    assert len(NOT_YAML) > 5


@pytest.mark.parametrize("path", VALID, ids=name_of)
def test_the_reader_accepts_a_valid_file(path: Path) -> None:
    assert isinstance(read(path).spec, DeploymentSpec)


@pytest.mark.parametrize("path", [*INVALID, *BEYOND_SCHEMA, *NOT_YAML], ids=name_of)
def test_the_reader_tells_exactly_what_is_wrong(path: Path) -> None:
    with pytest.raises(SpecError) as caught:
        read(path)

    assert path.with_suffix(".txt").read_text() == f"{caught.value}\n"


@pytest.mark.parametrize(
    "name", ["wrong-type-from-the-environment", "rules-on-values-from-the-environment", "unset-variables"]
)
def test_no_message_holds_a_value_of_the_environment(name: str) -> None:
    with pytest.raises(SpecError) as caught:
        read(CORPUS / "invalid" / "beyond-schema" / f"{name}.yaml")

    assert [value for value in ("s3cr3t", "VM.Standard.E4.Flex", "99", "iad") if value in str(caught.value)] == []


@pytest.mark.parametrize("path", [*VALID, *BEYOND_SCHEMA], ids=name_of)
def test_the_schema_accepts_what_it_can_judge_to_be_valid(path: Path) -> None:
    assert schema_accepts(path)


@pytest.mark.parametrize("path", INVALID, ids=name_of)
def test_the_schema_refuses_what_the_reader_refuses(path: Path) -> None:
    assert not schema_accepts(path)


@pytest.mark.parametrize("rule", limits.RULES, ids=lambda rule: rule.__name__)
def test_every_rule_names_its_source(rule: limits.Rule) -> None:
    assert "Source: " in (rule.__doc__ or "")


@pytest.mark.parametrize("rule", limits.RULES, ids=lambda rule: rule.__name__)
def test_every_rule_refuses_some_file_of_the_corpus(rule: limits.Rule, monkeypatch: pytest.MonkeyPatch) -> None:
    others = tuple(other for other in limits.RULES if other is not rule)
    monkeypatch.setattr(limits, "RULES", others)

    told = {path.stem: _told(path) for path in BEYOND_SCHEMA}

    assert [stem for stem, text in told.items() if text != (CORPUS / f"invalid/beyond-schema/{stem}.txt").read_text()]


def _told(path: Path) -> str:
    try:
        read(path)
    except SpecError as error:
        return f"{error}\n"
    return ""
