from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from oci_mlflow_core.errors import SpecError
from oci_mlflow_core.spec.deployment import DeploymentSpec
from oci_mlflow_core.spec.infrastructure import Infrastructure, NetworkAccessType, ShapeConfig
from oci_mlflow_core.spec.loaded import LoadedSpec
from oci_mlflow_core.spec.reading import read_spec
from oci_mlflow_core.spec.runtime import CondaRuntime, ContainerRuntime, HttpEndpoint, HttpMethod, InferenceServer

HEAD = "kind: deployment\nspec:\n"
INFRASTRUCTURE = f"{HEAD}  infrastructure:\n    kind: infrastructure\n    type: modelDeployment\n    spec:\n"
CONDA = f"{HEAD}  runtime:\n    kind: runtime\n    type: conda\n    spec:\n"
CONTAINER = CONDA.replace("conda", "container")


def read(text: str, environ: Mapping[str, str] | None = None) -> LoadedSpec:
    return read_spec(text, source="deploy.yaml", folder=Path("/specs"), environ=environ or {})


def infrastructure_of(text: str, environ: Mapping[str, str] | None = None) -> Infrastructure:
    infrastructure = read(INFRASTRUCTURE + text, environ).spec.infrastructure
    assert infrastructure is not None
    return infrastructure


def conda_of(text: str, environ: Mapping[str, str] | None = None) -> CondaRuntime:
    runtime = read(CONDA + text, environ).spec.runtime
    assert isinstance(runtime, CondaRuntime)
    return runtime


def container_of(text: str) -> ContainerRuntime:
    runtime = read(CONTAINER + text).spec.runtime
    assert isinstance(runtime, ContainerRuntime)
    return runtime


class TestValues:
    def test_what_is_not_mentioned_is_none(self) -> None:
        assert read("kind: deployment").spec == DeploymentSpec()

    def test_both_spellings_of_a_key_mean_the_same(self) -> None:
        camel = "      shapeName: VM.Standard.E4.Flex\n      shapeConfigDetails: {ocpus: 1, memoryInGBs: 16}\n"
        snake = "      shape_name: VM.Standard.E4.Flex\n      shape_config_details: {ocpus: 1, memory_in_gbs: 16}\n"

        assert infrastructure_of(camel) == infrastructure_of(snake)
        assert infrastructure_of(camel).shape_config_details == ShapeConfig(ocpus=1, memory_in_gbs=16)

    def test_a_word_is_known_in_any_case(self) -> None:
        found = infrastructure_of("      networkAccessType: managed_networking_internet_access\n")

        assert found.network_access_type is NetworkAccessType.MANAGED_NETWORKING_INTERNET_ACCESS

    def test_lists_become_tuples(self) -> None:
        found = container_of(
            "      cmd: [a, b]\n      customHttpEndpoints: [{endpointUriSuffix: /x, httpMethods: [get]}]\n"
        )

        assert found.cmd == ("a", "b")
        assert found.custom_http_endpoints == (HttpEndpoint(endpoint_uri_suffix="/x", http_methods=(HttpMethod.GET,)),)

    def test_whole_numbers_of_variables_become_text(self) -> None:
        assert conda_of("      env: {WORKERS: 2, TEXT: '02'}\n").env == {"WORKERS": "2", "TEXT": "02"}

    def test_quoted_workers_are_a_number_as_in_ads(self) -> None:
        assert infrastructure_of("      webConcurrency: '2'\n").web_concurrency == 2

    @pytest.mark.parametrize(
        ("path", "expected"),
        [
            ("score/predict.py", "/specs/score/predict.py"),
            ("/abs/score.py", "/abs/score.py"),
            ("~/score.py", "/home/me/score.py"),
            ("${CODE}/score.py", "/specs/there/score.py"),
        ],
    )
    def test_a_path_is_relative_to_the_file(self, path: str, expected: str) -> None:
        found = conda_of(f"      scoreCode: {path}\n", {"HOME": "/home/me", "CODE": "there"})

        assert found.score_code == Path(expected)


class TestEnvironment:
    def test_a_value_is_typed_by_its_field(self) -> None:
        text = (
            "      shapeName: VM.Standard.E4.Flex\n"
            "      shapeConfigDetails: {ocpus: '${OCPUS}', memoryInGBs: '1${ZERO:-6}'}\n"
            "      replica: ${REPLICA}\n"
            "      autoScaling: {scalingType: '${TYPE}', isEnabled: '${ENABLED}'}\n"
        )
        environ = {"OCPUS": "1.5", "REPLICA": "2", "TYPE": "CPU_UTILIZATION", "ENABLED": "False"}

        found = infrastructure_of(text, environ)

        assert found.shape_config_details == ShapeConfig(ocpus=1.5, memory_in_gbs=16.0)
        assert found.replica == 2
        assert found.auto_scaling is not None
        assert found.auto_scaling.scaling_type == "cpu_utilization"
        assert found.auto_scaling.is_enabled is False

    def test_text_that_looks_like_a_number_stays_text_in_a_text_field(self) -> None:
        assert conda_of("      pythonVersion: ${PYTHON}\n", {"PYTHON": "3.10"}).python_version == "3.10"

    def test_an_escaped_reference_is_literal(self) -> None:
        assert conda_of("      env: {PRICE: '$${NAME}'}\n").env == {"PRICE": "${NAME}"}

    def test_it_is_known_what_came_from_the_environment(self) -> None:
        loaded = read(f"{CONDA}      env: {{TOKEN: 'x${{TOKEN}}', PLAIN: y}}\n", {"TOKEN": "s3cr3t"})

        assert loaded.from_environment == {"spec.runtime.spec.env.TOKEN": ("TOKEN",)}
        assert loaded.quote("spec.runtime.spec.env.TOKEN", "xs3cr3t") == "the value of ${TOKEN}"
        assert loaded.quote("spec.runtime.spec.env.PLAIN", "y") == "'y'"


class TestServerVariables:
    def test_workers_and_the_inference_server_are_among_them(self) -> None:
        spec = DeploymentSpec(
            infrastructure=Infrastructure(web_concurrency=3),
            runtime=ContainerRuntime(env={"A1": "b"}, inference_server=InferenceServer.TRITON),
        )

        assert spec.environment_variables == {"CONTAINER_TYPE": "TRITON", "A1": "b", "WEB_CONCURRENCY": "3"}

    def test_there_are_none_where_nothing_is_said(self) -> None:
        assert DeploymentSpec().environment_variables == {}


class TestMentions:
    LOADED = read(
        f"{INFRASTRUCTURE}      subnet_id: null\n      replica: 2\n      autoScaling:\n"
        "  runtime:\n    type: conda\n    spec:\n      env: {KEPT: x, GONE: null}\n"
    )

    def test_what_is_given_is_known_by_the_keys_own_names(self) -> None:
        assert self.LOADED.mentioned == {
            "spec.infrastructure",
            "spec.infrastructure.spec.subnetId",
            "spec.infrastructure.spec.replica",
            "spec.infrastructure.spec.autoScaling",
            "spec.runtime",
            "spec.runtime.spec.env",
            "spec.runtime.spec.env.KEPT",
            "spec.runtime.spec.env.GONE",
        }

    def test_null_asks_for_the_default(self) -> None:
        assert self.LOADED.resets == {
            "spec.infrastructure.spec.subnetId",
            "spec.infrastructure.spec.autoScaling",
            "spec.runtime.spec.env.GONE",
        }
        assert self.LOADED.spec.environment_variables == {"KEPT": "x"}

    @pytest.mark.parametrize("text", ["  infrastructure:\n", INFRASTRUCTURE.removeprefix(HEAD)])
    def test_an_empty_section_asks_for_nothing(self, text: str) -> None:
        assert read(HEAD + text).resets == frozenset()


class TestPlaces:
    LOADED = read(
        f"{INFRASTRUCTURE}      shape_name: VM.Standard.E4.Flex\n      shape_config_details:\n"
        "        ocpus: 1\n        memory_in_gbs: 16\n"
    )

    @pytest.mark.parametrize(
        ("path", "place"),
        [
            ("spec.infrastructure.spec.shapeName", "deploy.yaml:7:19"),
            ("spec.infrastructure.spec.shapeConfigDetails.memoryInGBs", "deploy.yaml:10:24"),
            ("spec.infrastructure.spec.shapeConfigDetails.cpuBaseline", "deploy.yaml:8:7"),
            ("spec.infrastructure.spec.replica", "deploy.yaml:6:5"),
            ("spec.runtime.spec.uri", "deploy.yaml:2:1"),
            ("kind", "deploy.yaml:1:7"),
        ],
    )
    def test_a_path_has_a_place_in_the_file(self, path: str, place: str) -> None:
        assert place == self.LOADED.where(path)

    def test_a_fault_found_later_is_told_alike(self) -> None:
        found = self.LOADED.violation("spec.infrastructure.spec.shapeConfigDetails.ocpus", "not to be had today")

        assert str(found) == (
            "deploy.yaml:9:16: spec.infrastructure.spec.shape_config_details.ocpus: not to be had today"
        )


class TestNotes:
    def test_every_key_without_a_use_is_noted_with_its_place(self) -> None:
        text = f"{INFRASTRUCTURE}      block_storage_size: 50\n      replica: 1\n      policyType: FIXED_SIZE\n"

        assert read(text).notes == (
            (
                "deploy.yaml:7:7: spec.infrastructure.spec.block_storage_size: "
                "OCI Data Science has no such setting for model deployments; it is ignored"
            ),
            (
                "deploy.yaml:9:7: spec.infrastructure.spec.policyType: "
                "it follows from replica and autoScaling; it is ignored"
            ),
        )

    def test_a_log_that_another_wins_over_is_noted(self) -> None:
        text = (
            f"{INFRASTRUCTURE}      logId: ocid1.log.oc1.iad.a\n      logGroupId: ocid1.loggroup.oc1.iad.a\n"
            "      access_log: {logId: ocid1.log.oc1.iad.b, logGroupId: ocid1.loggroup.oc1.iad.a}\n"
        )

        assert read(text).notes == (
            "deploy.yaml:9:7: spec.infrastructure.spec.access_log: logId is used for this log too; it is ignored",
        )


def test_faults_are_told_in_the_order_of_the_file() -> None:
    text = "kind: deployment\nspec:\n  descripton: x\n  runtime: 5\n  displayName: 3\n  infrastructure: [1]\n"

    with pytest.raises(SpecError) as caught:
        read(text)

    assert [violation.line for violation in caught.value.violations] == [3, 4, 5, 6]


def test_a_typical_file_is_read_in_well_under_a_tenth_of_a_second() -> None:
    text = (Path(__file__).parents[2] / "corpus/specs/valid/everything-about-infrastructure.yaml").read_text()
    durations = []

    for _ in range(5):
        start = time.perf_counter()
        read(text)
        durations.append(time.perf_counter() - start)

    assert min(durations) < 0.1


def test_yaml_is_imported_when_a_file_is_read_and_not_before() -> None:
    program = (
        "import sys; import oci_mlflow_core.spec.reading as reading; import oci_mlflow_core.spec.schema;"
        "from pathlib import Path; reading.empty_spec({'spec.displayName': 'x'}, {}, Path());"
        "print([name for name in ('ruamel.yaml', 'cattrs') if name in sys.modules])"
    )

    finished = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert finished.stdout == "[]\n"
