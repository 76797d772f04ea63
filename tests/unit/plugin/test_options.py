"""What ``-C`` says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from oci_mlflow_core.errors import SpecError
from oci_mlflow_core.model.options import CommandOptions, LockFile, OnFailure
from oci_mlflow_plugin.options import options_of, parse_options

#: A value for each option that has no default.
_SOME: dict[str, object] = {
    "deploy-config-file": "deploy.yaml",
    "builder": "uv",
    "image-builder": "layers",
    "port": 8080,
    "lock": Path(__file__),
    "exclude-newer": "2025-01-31T00:00:00Z",
}


def faults(verb: str, config: dict[str, Any]) -> str:
    with pytest.raises(SpecError) as caught:
        parse_options(verb, config)
    return str(caught.value)


@pytest.mark.parametrize("config", [None, {}])
def test_no_options_are_the_defaults(config: dict[str, Any] | None) -> None:
    parsed = parse_options("create", config)

    assert parsed.command == CommandOptions()
    assert parsed.file is None
    assert parsed.overrides == {}


@pytest.mark.parametrize("text", ["true", "True", "TRUE", " true ", "yes", "on", "1", True, 1])
def test_what_means_yes_is_true(text: object) -> None:
    assert parse_options("create", {"dry-run": text}).command.dry_run is True


@pytest.mark.parametrize("text", ["false", "False", "FALSE", "no", "Off", "0", False, 0])
def test_what_means_no_is_false(text: object) -> None:
    assert parse_options("create", {"wait": text}).command.wait is False


@pytest.mark.parametrize("value", ["", "maybe", "truth", 2, [], "None"])
def test_what_is_neither_is_refused(value: object) -> None:
    assert faults("create", {"wait": value}) == f"-C wait: expected true or false, got {value!r}"


@pytest.mark.parametrize(("value", "seconds"), [("90", 90.0), ("1.5", 1.5), (60, 60.0), (0.1, 0.1), ("1e3", 1000.0)])
def test_a_timeout_is_in_seconds(value: object, seconds: float) -> None:
    assert parse_options("update", {"timeout": value}).command.timeout == seconds


@pytest.mark.parametrize("value", ["soon", "", "-1", 0, "inf", "nan", True])
def test_a_timeout_that_is_none_is_refused(value: object) -> None:
    assert faults("update", {"timeout": value}) == f"-C timeout: expected a number of seconds above 0, got {value!r}"


@pytest.mark.parametrize("value", ["0", "65536", "http", -5, 80.5, True])
def test_a_port_that_is_none_is_refused(value: object) -> None:
    assert faults("create", {"port": value}) == f"-C port: expected a port from 1 to 65535, got {value!r}"


@pytest.mark.parametrize("value", ["keep", "KEEP", OnFailure.KEEP])
def test_a_choice_is_taken_in_any_case(value: object) -> None:
    assert parse_options("create", {"on-failure": value}).command.on_failure is OnFailure.KEEP


def test_a_choice_that_is_none_is_told_all() -> None:
    assert faults("create", {"on-failure": "retry"}) == "-C on-failure: expected 'delete' or 'keep', got 'retry'"


def test_python_callers_may_write_underscores() -> None:
    assert parse_options("create", {"dry_run": True, "on_failure": "keep"}).command == CommandOptions(
        dry_run=True, on_failure=OnFailure.KEEP
    )


def test_one_option_in_both_spellings_is_refused() -> None:
    assert faults("create", {"dry_run": True, "dry-run": False}) == "-C dry-run: given twice"


@pytest.mark.parametrize(
    ("option", "expected"),
    [
        ("dry-run", "true or false"),
        ("timeout", "a number of seconds above 0"),
        ("port", "a port from 1 to 65535"),
        ("on-failure", "'delete' or 'keep'"),
        ("builder", "a name"),
        ("deploy-config-file", "the path of a file"),
    ],
)
def test_none_is_no_value_of_an_option(option: str, expected: str) -> None:
    assert faults("create", {option: None}) == f"-C {option}: expected {expected}, got None"


def test_the_file_in_both_spellings_is_refused() -> None:
    given = {"deploy-config-file": "a.yaml", "deploy_config_file": "b.yaml"}

    assert faults("create", given) == "-C deploy-config-file: given twice"


def test_an_unknown_option_is_told_the_nearest() -> None:
    assert faults("create", {"timeoot": "5"}) == "-C timeoot: unknown option, did you mean 'timeout'?"


def test_an_unknown_option_that_is_near_to_nothing_is_told_all() -> None:
    assert faults("delete", {"colour": "red"}) == (
        "-C colour: unknown option; 'delete' takes dry-run, keep-model, and values of the deployment file as spec.…"
    )


def test_an_option_of_another_command_is_told_so() -> None:
    assert faults("delete", {"port": "8080"}) == "-C port: not an option of 'delete'"


def test_the_file_is_not_an_option_of_delete() -> None:
    assert faults("delete", {"deploy-config-file": "deploy.yaml"}) == "-C deploy-config-file: not an option of 'delete'"


def test_the_file_may_be_a_path() -> None:
    assert parse_options("create", {"deploy-config-file": Path("deploy.yaml")}).file == Path("deploy.yaml")


@pytest.mark.parametrize("value", ["", 5, {"kind": "deployment"}])
def test_a_file_that_is_no_path_is_refused(value: object) -> None:
    assert faults("create", {"deploy-config-file": value}) == (
        f"-C deploy-config-file: expected the path of a file, got {value!r}"
    )


def test_a_builder_without_a_name_is_refused() -> None:
    assert faults("create", {"builder": ""}) == "-C builder: expected a name, got ''"


def test_dotted_names_are_values_of_the_file() -> None:
    parsed = parse_options("create", {"spec.infrastructure.spec.replica": "2", "dry-run": "true"})

    assert parsed.overrides == {"spec.infrastructure.spec.replica": "2"}
    assert parsed.command.dry_run is True


def test_nested_mappings_of_python_callers_become_paths() -> None:
    parsed = parse_options("create", {"spec": {"infrastructure": {"spec": {"replica": 2}}, "displayName": "x"}})

    assert parsed.overrides == {"spec.infrastructure.spec.replica": 2, "spec.displayName": "x"}


def test_delete_has_no_file_whose_values_could_change() -> None:
    assert faults("delete", {"spec.displayName": "x"}) == "-C spec.displayName: 'delete' reads no deployment file"


def test_all_faults_are_told_at_once() -> None:
    assert faults("create", {"wait": "maybe", "port": "x", "timeoot": 1}).splitlines() == [
        "-C wait: expected true or false, got 'maybe'",
        "-C port: expected a port from 1 to 65535, got 'x'",
        "-C timeoot: unknown option, did you mean 'timeout'?",
    ]


@pytest.mark.parametrize("verb", ["create", "update", "delete", "run-local"])
def test_each_option_that_is_listed_is_taken(verb: str) -> None:
    for name, doc, default in options_of(verb):
        assert doc.endswith(".")
        parse_options(verb, {name: _SOME[name] if default is None else default})


def test_a_lock_is_read_where_it_is(tmp_path: Path) -> None:
    path = tmp_path / "lock.json"
    path.write_text("{}\n")

    parsed = parse_options("create", {"lock": str(path)})

    assert parsed.command.lock == LockFile(path, "{}\n")


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ("nowhere.json", "-C lock: cannot read nowhere.json: No such file or directory"),
        (".", "-C lock: cannot read .: Is a directory"),
        (7, "-C lock: expected the path of a file, got 7"),
    ],
)
def test_a_lock_that_cannot_be_read_is_told(given: object, fault: str) -> None:
    assert faults("create", {"lock": given}) == fault


def test_a_lock_that_is_no_text_is_told(tmp_path: Path) -> None:
    path = tmp_path / "lock.json"
    path.write_bytes(b"\xff\xfe")

    assert faults("create", {"lock": path}) == f"-C lock: cannot read {path}: it is not UTF-8 text"
