from __future__ import annotations

import re
from pathlib import Path

import jsonschema
import pytest

from oci_mlflow_core.errors import SpecError
from oci_mlflow_core.spec.document import parse_document
from oci_mlflow_core.spec.infrastructure import Infrastructure
from oci_mlflow_core.spec.kinds import fields_of
from oci_mlflow_core.spec.loaded import LoadedSpec
from oci_mlflow_core.spec.reading import read_spec
from oci_mlflow_core.spec.runtime import CondaRuntime, ContainerRuntime, PackBuild
from oci_mlflow_core.spec.schema import json_schema
from oci_mlflow_core.spec.template import commented_spec


def read(text: str) -> LoadedSpec:
    return read_spec(text, source="deploy.yaml", folder=Path("/specs"), environ={})


def uncommented(text: str) -> str:
    """All optional keys made real; a comment that explains has a space behind its sign."""
    return re.sub(r"^( *)#(?=\S)", r"\1", re.sub(r"^( *)#(?=\S| {2}(?:  )*[#a-zA-Z])", r"\1", text, flags=re.MULTILINE))


def test_it_is_read_as_it_is_for_a_conda_runtime() -> None:
    loaded = read(commented_spec(name="cancer"))

    assert loaded.notes == ()
    assert loaded.spec.display_name == "cancer"
    assert loaded.spec.runtime == CondaRuntime(uri=PackBuild(name="cancer"))


def test_it_says_where_packs_go() -> None:
    loaded = read(commented_spec(name="cancer", destination="oci://bucket@namespace/envs"))

    assert loaded.spec.runtime == CondaRuntime(uri=PackBuild(name="cancer", destination="oci://bucket@namespace/envs"))


def test_a_container_needs_its_image_filled_in() -> None:
    text = commented_spec(name="cancer", runtime="container")

    with pytest.raises(SpecError) as caught:
        read(text)

    assert [violation.path for violation in caught.value.violations] == ["spec.runtime.spec.image"]


def test_it_is_read_for_a_container_with_an_image() -> None:
    loaded = read(commented_spec(name="cancer", runtime="container", image="iad.ocir.io/namespace/image:1"))

    assert loaded.spec.runtime == ContainerRuntime(
        image="iad.ocir.io/namespace/image:1", server_port=8080, health_check_port=8080
    )


def test_the_schema_line_comes_first() -> None:
    text = commented_spec(name="cancer", schema="deployment.schema.json")

    assert text.splitlines()[0] == "# yaml-language-server: $schema=deployment.schema.json"
    assert "yaml-language-server" not in commented_spec(name="cancer")


@pytest.mark.parametrize("name", ["a: b", "yes # no", "123", "null", "ünïcode", "'\"", "a\\b", "${HOME}", "-"])
def test_any_name_is_written_so_that_it_is_read_as_it_is(name: str) -> None:
    assert read(commented_spec(name=name)).spec.display_name == name


@pytest.mark.parametrize(("runtime", "cls"), [("conda", CondaRuntime), ("container", ContainerRuntime)])
def test_every_key_that_has_a_use_is_there_and_explained(runtime: str, cls: type) -> None:
    lines = commented_spec(name="cancer", runtime="conda" if runtime == "conda" else "container").splitlines()

    for field in (*fields_of(Infrastructure), *fields_of(cls)):
        found = [index for index, line in enumerate(lines) if re.match(rf" *#? *#?{field.key.name}:", line)]
        assert bool(found) is not bool(field.key.unused), field.key.name
        assert all(re.match(r" *#[# ]* ", lines[index - 1]) for index in found), field.key.name


@pytest.mark.parametrize("runtime", ["conda", "container"])
def test_the_schema_accepts_all_of_its_keys_once_uncommented_and_filled(runtime: str) -> None:
    text = commented_spec(
        name="cancer",
        runtime="conda" if runtime == "conda" else "container",
        image="iad.ocir.io/namespace/image:1",
    )

    value = parse_document(uncommented(text).replace("<unique_ID>", "aaaa"), "deploy.yaml").value

    jsonschema.Draft202012Validator(json_schema()).validate(value)
    assert "autoScaling" in value["spec"]["infrastructure"]["spec"]
