from __future__ import annotations

from pathlib import Path
from typing import Any

import attrs
import pytest

from oci_mlflow_core.errors import SpecError
from oci_mlflow_core.spec.deployment import DeploymentSpec
from oci_mlflow_core.spec.infrastructure import Infrastructure, NetworkAccessType, ShapeConfig
from oci_mlflow_core.spec.loaded import LoadedSpec
from oci_mlflow_core.spec.reading import empty_spec, read_spec
from oci_mlflow_core.spec.runtime import CondaRuntime, ContainerRuntime, HttpEndpoint, HttpMethod, PackBuild

INFRASTRUCTURE = "spec.infrastructure.spec"
RUNTIME = "spec.runtime.spec"
CONDA = """\
kind: deployment
spec:
  infrastructure:
    kind: infrastructure
    type: modelDeployment
    spec:
      replica: 1
      shape_name: VM.Standard2.1
  runtime:
    kind: runtime
    type: conda
    spec:
      uri: oci://bucket@namespace/pack
      env: {FIRST: "1"}
"""


def override(overrides: dict[str, object], text: str = CONDA) -> LoadedSpec:
    return read_spec(
        text, source="deploy.yaml", folder=Path("/specs"), environ={"SECRET": "s3cr3t"}, overrides=overrides
    )


def alone(overrides: dict[str, object]) -> DeploymentSpec:
    return empty_spec(overrides, {}, Path("/here")).spec


def faults(overrides: dict[str, object], text: str = CONDA) -> str:
    with pytest.raises(SpecError) as caught:
        override(overrides, text)
    return str(caught.value)


class TestTyping:
    @pytest.mark.parametrize(
        ("path", "text", "expected"),
        [
            ("replica", "2", 2),
            ("replica", 2, 2),
            ("networkAccessType", "managed_networking_internet_access", "MANAGED_NETWORKING_INTERNET_ACCESS"),
            (
                "networkAccessType",
                NetworkAccessType.MANAGED_NETWORKING_INTERNET_ACCESS,
                "MANAGED_NETWORKING_INTERNET_ACCESS",
            ),
            (
                "capacityReservationIds",
                '["ocid1.capacityreservation.oc1.iad.a"]',
                ("ocid1.capacityreservation.oc1.iad.a",),
            ),
            (
                "capacityReservationIds",
                ("ocid1.capacityreservation.oc1.iad.a",),
                ("ocid1.capacityreservation.oc1.iad.a",),
            ),
            ("shapeConfigDetails", "{ocpus: 2, memoryInGBs: 16}", ShapeConfig(ocpus=2, memory_in_gbs=16)),
            ("shapeConfigDetails", {"ocpus": 2.5, "memory_in_gbs": 16}, ShapeConfig(ocpus=2.5, memory_in_gbs=16)),
        ],
    )
    def test_a_value_is_typed_by_the_field_that_it_lands_on(self, path: str, text: object, expected: Any) -> None:
        found = alone({f"{INFRASTRUCTURE}.{path}": text}).infrastructure

        assert found is not None
        assert expected in attrs.asdict(found, recurse=False).values()

    @pytest.mark.parametrize("text", ["true", "True", "TRUE", True])
    def test_a_flag_is_taken_in_any_case(self, text: object) -> None:
        assert alone({f"{RUNTIME}.uri.gpu": text}).runtime == CondaRuntime(uri=PackBuild(gpu=True))

    def test_text_stays_text_where_text_is_wanted(self) -> None:
        found = alone({f"{RUNTIME}.pythonVersion": "3.10", f"{RUNTIME}.uri.version": "1.0"})

        assert found.runtime == CondaRuntime(python_version="3.10", uri=PackBuild(version="1.0"))

    def test_a_pack_is_given_as_a_mapping_or_as_text(self) -> None:
        as_mapping, as_text = alone({f"{RUNTIME}.uri": '{"name": "x"}'}), alone({f"{RUNTIME}.uri": "slug_v1"})

        assert as_mapping.runtime == CondaRuntime(uri=PackBuild(name="x"))
        assert as_text.runtime == CondaRuntime(uri="slug_v1")

    def test_a_path_object_is_a_path(self) -> None:
        assert alone({f"{RUNTIME}.scoreCode": Path("score.py")}).runtime == CondaRuntime(
            score_code=Path("/here/score.py")
        )

    def test_an_item_of_a_list_is_named_by_its_number(self) -> None:
        endpoints = '[{"endpointUriSuffix": "/a", "httpMethods": ["GET"]}]'

        found = alone(
            {f"{RUNTIME}.customHttpEndpoints": endpoints, f"{RUNTIME}.customHttpEndpoints.0.httpMethods": "[POST]"}
        )

        assert found.runtime == ContainerRuntime(
            custom_http_endpoints=(HttpEndpoint(endpoint_uri_suffix="/a", http_methods=(HttpMethod.POST,)),)
        )


class TestPlacing:
    def test_a_value_of_the_file_is_replaced(self) -> None:
        found = override({f"{INFRASTRUCTURE}.replica": "3"}).spec.infrastructure

        assert found == Infrastructure(replica=3, shape_name="VM.Standard2.1")

    def test_the_spelling_of_the_file_does_not_matter(self) -> None:
        found = override({f"{INFRASTRUCTURE}.shapeName": "VM.Standard2.2"}).spec.infrastructure

        assert found == Infrastructure(replica=1, shape_name="VM.Standard2.2")

    def test_a_variable_joins_those_of_the_file(self) -> None:
        found = override({f"{RUNTIME}.env.SECOND": "2", f"{RUNTIME}.env.FIRST": "one"}).spec

        assert found.environment_variables == {"FIRST": "one", "SECOND": "2"}

    def test_a_name_of_a_free_mapping_may_hold_dots(self) -> None:
        assert faults({"spec.freeformTags.a.b": "1"}) == (
            "-C spec.freeformTags.a.b: expected a tag key of 1 to 100 characters without dots or spaces"
        )
        assert alone({"spec.definedTags.Operations.Cost.Center": "42"}).defined_tags == {
            "Operations": {"Cost.Center": "42"}
        }

    def test_a_pack_in_the_file_gives_way_to_the_keys_of_one_to_build(self) -> None:
        found = override({f"{RUNTIME}.uri.name": "x", f"{RUNTIME}.uri.gpu": "true"}).spec.runtime

        assert found == CondaRuntime(uri=PackBuild(name="x", gpu=True), env={"FIRST": "1"})

    def test_the_type_may_be_overridden(self) -> None:
        text = "kind: deployment\nspec:\n  runtime:\n    type: conda\n    spec: {env: {AB: c}}\n"

        found = override({"spec.runtime.type": "container"}, text).spec.runtime

        assert found == ContainerRuntime(env={"AB": "c"})

    def test_a_missing_type_is_found_from_a_key_that_one_type_alone_has(self) -> None:
        assert alone({f"{RUNTIME}.serverPort": "8080"}).runtime == ContainerRuntime(server_port=8080)
        assert alone({f"{RUNTIME}.builder": "uv"}).runtime == CondaRuntime(builder="uv")

    def test_null_asks_for_the_default(self) -> None:
        loaded = override({f"{INFRASTRUCTURE}.replica": "null", f"{RUNTIME}.env.FIRST": None})

        assert loaded.resets == {f"{INFRASTRUCTURE}.replica", f"{RUNTIME}.env.FIRST"}
        assert loaded.spec.environment_variables == {}

    def test_what_is_overridden_counts_as_mentioned(self) -> None:
        loaded = override({f"{INFRASTRUCTURE}.bandwidthMbps": "10"})

        assert f"{INFRASTRUCTURE}.bandwidthMbps" in loaded.mentioned
        assert loaded.where(f"{INFRASTRUCTURE}.bandwidthMbps") == f"-C {INFRASTRUCTURE}.bandwidthMbps"
        assert loaded.where(f"{INFRASTRUCTURE}.replica") == "deploy.yaml:7:16"

    def test_a_later_option_replaces_an_earlier_one_and_all_below_it(self) -> None:
        earlier = {f"{RUNTIME}.uri.gpu": "true", f"{RUNTIME}.uri.name": "x"}

        found = override({**earlier, f"{RUNTIME}.uri": {"name": "y"}, f"{RUNTIME}.uri.version": "2"})

        assert found.spec.runtime == CondaRuntime(uri=PackBuild(name="y", version="2"), env={"FIRST": "1"})
        assert found.where(f"{RUNTIME}.uri.name") == f"-C {RUNTIME}.uri"
        assert faults({**earlier, f"{RUNTIME}.uri": {"gpu": "true"}}) == (
            "-C spec.runtime.spec.uri: spec.runtime.spec.uri.gpu: expected true or false, got 'true'"
        )

    def test_nothing_at_all_is_an_empty_specification(self) -> None:
        assert alone({}) == DeploymentSpec()
        assert empty_spec(None, {}, Path("/here")).mentioned == frozenset()


class TestFaults:
    @pytest.mark.parametrize(
        ("overrides", "message"),
        [
            (
                {f"{INFRASTRUCTURE}.replicas": "2"},
                "-C spec.infrastructure.spec.replicas: unknown key, did you mean 'replica'?",
            ),
            ({"spek.x": "2"}, "-C spek.x: unknown key, did you mean 'spec'?"),
            (
                {"spec.infrastructure.replica": "2"},
                "-C spec.infrastructure.replica: unknown key here; 'replica' belongs to 'spec.infrastructure.spec'",
            ),
            (
                {f"{INFRASTRUCTURE}.replica.x": "2"},
                (
                    "-C spec.infrastructure.spec.replica.x: unknown key; "
                    "'replica' is a single value and has no keys of its own"
                ),
            ),
            (
                {f"{RUNTIME}.image": "x"},
                (
                    "-C spec.runtime.spec.image: unknown key here; "
                    "'image' belongs to 'spec.runtime.spec' (type: container)"
                ),
            ),
            (
                {f"{INFRASTRUCTURE}.capacityReservationIds.0": "x"},
                (
                    "-C spec.infrastructure.spec.capacityReservationIds.0: unknown key; "
                    "'capacityReservationIds' is a list of 0, numbered from 0"
                ),
            ),
            (
                {f"{INFRASTRUCTURE}.replica": "two"},
                "-C spec.infrastructure.spec.replica: expected a whole number, got 'two'",
            ),
            (
                {f"{INFRASTRUCTURE}.replica": "1.5"},
                "-C spec.infrastructure.spec.replica: expected a whole number, got '1.5'",
            ),
            (
                {f"{INFRASTRUCTURE}.replica": "${SECRET}"},
                "-C spec.infrastructure.spec.replica: expected a whole number, got the value of ${SECRET}",
            ),
            (
                {f"{INFRASTRUCTURE}.autoScaling": "{isEnabled: maybe, scalingType: custom, customRule: null}"},
                (
                    "-C spec.infrastructure.spec.autoScaling: spec.infrastructure.spec.autoScaling.isEnabled: "
                    "expected true or false, got 'maybe'"
                ),
            ),
            (
                {f"{INFRASTRUCTURE}.capacityReservationIds": "[a"},
                (
                    "-C spec.infrastructure.spec.capacityReservationIds:1:3: the text ends inside a list or a mapping; "
                    "a ']' or a '}' is missing"
                ),
            ),
            (
                {f"{INFRASTRUCTURE}.capacityReservationIds": "a"},
                "-C spec.infrastructure.spec.capacityReservationIds: expected a list, got 'a'",
            ),
            (
                {f"{RUNTIME}.pythonVersion": 3.1},
                "-C spec.runtime.spec.pythonVersion: expected text, got the number 3.1; put it in quotes: '3.1'",
            ),
            (
                {f"{INFRASTRUCTURE}.replica": {1}},
                "-C spec.infrastructure.spec.replica: expected a whole number, got a set",
            ),
            ({"spec": "x"}, "-C spec: expected a mapping, got 'x'"),
            (
                {f"{INFRASTRUCTURE}.autoScaling": ""},
                "-C spec.infrastructure.spec.autoScaling: expected a mapping, got ''",
            ),
            ({"": "x"}, "-C : unknown key; expected 'kind', 'type' or 'spec'"),
        ],
    )
    def test_each_is_one_sentence_that_names_the_option(self, overrides: dict[str, object], message: str) -> None:
        assert message == faults(overrides)

    def test_those_of_the_file_come_first(self) -> None:
        text = CONDA.replace("replica: 1", "replica: one")

        assert faults({f"{RUNTIME}.builders": "uv", f"{INFRASTRUCTURE}.bandwidthMbps": "x"}, text) == (
            "deploy.yaml:7:16: spec.infrastructure.spec.replica: expected a whole number, got 'one'\n"
            "-C spec.infrastructure.spec.bandwidthMbps: expected a whole number, got 'x'\n"
            "-C spec.runtime.spec.builders: unknown key, did you mean 'builder'?"
        )

    def test_a_rule_broken_between_file_and_option_names_the_option(self) -> None:
        assert faults({f"{INFRASTRUCTURE}.bandwidthMbps": "10", f"{INFRASTRUCTURE}.maximumBandwidthMbps": "30"}) == (
            "-C spec.infrastructure.spec.maximumBandwidthMbps: "
            "expected more than bandwidthMbps (10) and at most twice that, got 30"
        )

    def test_a_file_without_the_type_is_not_mended_by_an_option(self) -> None:
        text = CONDA.replace("    type: conda\n", "").replace("      uri: oci://bucket@namespace/pack\n", "")

        assert faults({f"{RUNTIME}.env.AB": "c"}, text) == (
            "deploy.yaml:9:3: spec.runtime: missing key 'type'; expected 'conda' or 'container'"
        )


class TestTypeOfTheRuntime:
    """What a runtime is that options alone say something about."""

    def test_keys_that_every_runtime_has_are_read_as_conda(self) -> None:
        assert alone({f"{RUNTIME}.env.AB": "c"}).runtime == CondaRuntime(env={"AB": "c"})

    def test_so_is_a_reset(self) -> None:
        loaded = empty_spec({f"{RUNTIME}.env": "null"}, {}, Path("/here"))

        assert loaded.spec.runtime == CondaRuntime()
        assert loaded.resets == {f"{RUNTIME}.env"}

    def test_so_are_they_beside_a_file_without_a_runtime(self) -> None:
        loaded = override({f"{RUNTIME}.env.AB": "c"}, CONDA.partition("  runtime:")[0])

        assert loaded.spec.runtime == CondaRuntime(env={"AB": "c"})

    @pytest.mark.parametrize("keys", [("env.AB", "cmd"), ("cmd", "env.AB")])
    def test_a_key_that_only_one_has_decides_wherever_it_stands(self, keys: tuple[str, str]) -> None:
        given: dict[str, object] = {"env.AB": "c", "cmd": "[serve]"}

        runtime = alone({f"{RUNTIME}.{key}": given[key] for key in keys}).runtime

        assert runtime == ContainerRuntime(env={"AB": "c"}, cmd=("serve",))

    def test_a_type_that_is_given_decides(self) -> None:
        runtime = alone({f"{RUNTIME}.env.AB": "c", "spec.runtime.type": "container"}).runtime

        assert runtime == ContainerRuntime(env={"AB": "c"})
