"""``validate``, ``schema`` and ``init``."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from oci_mlflow_core.spec.schema import FILE_NAME, schema_text

GOOD = "kind: deployment\nspec:\n  runtime:\n    kind: runtime\n    type: conda\n    spec: {}\n"
BAD = "kind: deployment\nspec:\n  runtime:\n    type: conda\n    spec:\n      pythonVersion: [3]\n      buildar: uv\n"


class TestValidate:
    def test_a_right_file_is_told_so_on_stdout(self, run: Any, tmp_path: Path) -> None:
        (tmp_path / "deploy.yaml").write_text(GOOD)

        done = run("validate", "deploy.yaml")

        assert (done.exit_code, done.stdout, done.stderr) == (0, "deploy.yaml: no faults\n", "")

    def test_all_faults_are_told_at_once_on_stderr(self, run: Any, tmp_path: Path) -> None:
        (tmp_path / "deploy.yaml").write_text(BAD)

        done = run("validate", "deploy.yaml")

        assert done.exit_code == 1
        assert done.stdout == ""
        assert [line.split(": ")[:2] for line in done.stderr.removeprefix("Error: ").splitlines()] == [
            ["deploy.yaml:6:22", "spec.runtime.spec.pythonVersion"],
            ["deploy.yaml:7:7", "spec.runtime.spec.buildar"],
        ]

    def test_notes_are_no_faults(self, run: Any, tmp_path: Path) -> None:
        infrastructure = "  infrastructure:\n    type: modelDeployment\n    spec: {blockStorageSize: 50}\n"
        (tmp_path / "deploy.yaml").write_text(f"{GOOD}{infrastructure}")

        done = run("validate", "deploy.yaml")

        assert done.exit_code == 0
        assert done.stderr.startswith("note: deploy.yaml:")

    def test_every_file_is_checked_and_one_fault_is_enough_to_fail(self, run: Any, tmp_path: Path) -> None:
        (tmp_path / "good.yaml").write_text(GOOD)

        done = run("validate", "missing.yaml", "good.yaml")

        assert done.exit_code == 1
        assert done.stdout == "good.yaml: no faults\n"
        assert done.stderr == (
            "Error: missing.yaml: there is no such file\n"
            "Hint: Check the path; 'oci-mlflow init' writes a file to begin with.\n"
        )

    def test_a_variable_that_is_not_set_is_a_fault(
        self, run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("IS_SET", "cancer")
        (tmp_path / "deploy.yaml").write_text("kind: deployment\nspec:\n  displayName: ${IS_SET}-${IS_NOT}\n")

        done = run("validate", "deploy.yaml")

        assert done.exit_code == 1
        assert "IS_NOT" in done.stderr
        assert "cancer" not in done.stderr

    def test_it_needs_a_file(self, run: Any) -> None:
        assert run("validate").exit_code == 2


class TestSchema:
    def test_it_is_the_file_of_the_package(self, run: Any) -> None:
        packaged = files("oci_mlflow_core.spec").joinpath(FILE_NAME).read_text(encoding="utf-8")

        assert run("schema").stdout == packaged

    def test_it_can_be_written_to_a_file(self, run: Any, tmp_path: Path) -> None:
        done = run("schema", "-o", "schema.json")

        assert done.stdout == ""
        assert json.loads((tmp_path / "schema.json").read_text()) == json.loads(schema_text())

    def test_a_file_that_cannot_be_written_is_an_error(self, run: Any) -> None:
        done = run("schema", "-o", "nowhere/schema.json")

        assert done.exit_code == 1
        assert done.stderr == "Error: nowhere/schema.json cannot be written: No such file or directory\n"


class TestInit:
    def test_the_file_has_its_schema_beside_it(self, run: Any, tmp_path: Path) -> None:
        done = run("init", "--name", "cancer")

        lines = (tmp_path / "deploy.yaml").read_text().splitlines()
        assert lines[0] == f"# yaml-language-server: $schema={FILE_NAME}"
        assert (tmp_path / FILE_NAME).read_text() == schema_text()
        assert done.stdout == (
            "deploy.yaml is written; check it with: oci-mlflow validate deploy.yaml\n"
            f"{FILE_NAME} is written, for editors\n"
        )

    def test_what_it_writes_is_right_once_its_placeholders_are_replaced(self, run: Any, tmp_path: Path) -> None:
        run("init", "--name", "cancer", "--destination", "oci://bucket@namespace/envs")
        text = (tmp_path / "deploy.yaml").read_text()
        (tmp_path / "deploy.yaml").write_text(text.replace("<unique_ID>", "amaaaaaa"))

        done = run("validate", "deploy.yaml")

        assert (done.stdout, done.stderr) == ("deploy.yaml: no faults\n", "")
        assert "oci://bucket@namespace/envs" in text

    def test_a_file_that_is_there_is_not_replaced(self, run: Any, tmp_path: Path) -> None:
        (tmp_path / "deploy.yaml").write_text("mine")

        done = run("init", "--name", "cancer")

        assert done.exit_code == 1
        assert done.stderr == (
            "Error: deploy.yaml is there already\nHint: Give --force to replace it, or another file with -o.\n"
        )
        assert (tmp_path / "deploy.yaml").read_text() == "mine"

    def test_it_is_replaced_when_that_is_asked_for(self, run: Any, tmp_path: Path) -> None:
        (tmp_path / "deploy.yaml").write_text("mine")

        done = run("init", "--name", "cancer", "--force")

        assert done.exit_code == 0
        assert "displayName: cancer" in (tmp_path / "deploy.yaml").read_text()

    def test_a_schema_that_is_elsewhere_is_not_copied(self, run: Any, tmp_path: Path) -> None:
        run("init", "--name", "cancer", "--schema", "https://example.com/deployment.schema.json", "-o", "x.yaml")

        assert (
            (tmp_path / "x.yaml")
            .read_text()
            .startswith("# yaml-language-server: $schema=https://example.com/deployment.schema.json\n")
        )
        assert not (tmp_path / FILE_NAME).exists()

    def test_a_container_has_its_own_keys(self, run: Any, tmp_path: Path) -> None:
        run("init", "--name", "cancer", "--runtime", "container")

        assert "type: container" in (tmp_path / "deploy.yaml").read_text()

    def test_places_to_be_filled_in_are_told_where_there_are_some(self, run: Any) -> None:
        done = run("init", "--name", "cancer", "--runtime", "container")

        assert done.stdout.splitlines()[0] == (
            "deploy.yaml is written; replace what stands in <…>, then check it with: oci-mlflow validate deploy.yaml"
        )

    @pytest.mark.parametrize(
        ("name", "fault"),
        [
            ("", "is empty\nHint: Give it one with --name."),
            (
                "a\nb",
                (
                    "has a line break or another control character: 'a\\nb'\n"
                    "Hint: Give it another with --name: 1 to 255 characters on one line."
                ),
            ),
        ],
    )
    def test_a_name_that_cannot_be_one_is_refused(self, run: Any, tmp_path: Path, name: str, fault: str) -> None:
        done = run("init", "--name", name)

        assert (done.exit_code, done.stderr) == (1, f"Error: the name of the deployment {fault}\n")
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize(
        ("destination", "expected"),
        [
            ("", "oci://<bucket>@<namespace>/<path>"),
            ("/tmp/x", "oci://<bucket>@<namespace>/<path>"),
            ("oci://b@n/../x", "a path without empty, '.' or '..' parts after the bucket"),
        ],
    )
    def test_a_destination_that_is_none_is_refused(
        self, run: Any, tmp_path: Path, destination: str, expected: str
    ) -> None:
        done = run("init", "--name", "cancer", "--destination", destination)

        assert done.exit_code == 2
        assert done.stderr.splitlines()[-1] == (
            f"Error: Invalid value for '--destination': expected {expected}, got '{destination}'"
        )
        assert list(tmp_path.iterdir()) == []

    def test_its_usage_says_what_it_needs(self, run: Any) -> None:
        help_ = run("init", "--help").stdout

        assert help_.startswith("Usage: oci-mlflow init (-m URI | --name NAME) [OPTIONS]\n")
        assert "One of -m and --name is needed" in help_

    def test_an_empty_model_uri_is_told_so(self, run: Any) -> None:
        assert run("init", "-m", "").stderr.startswith("Error: the model URI is empty\nHint: ")

    def test_a_model_gives_the_name(self, run: Any, tmp_path: Path) -> None:
        (tmp_path / "fraud").mkdir()
        (tmp_path / "fraud" / "MLmodel").write_text("flavors: {}\n")

        done = run("init", "-m", str(tmp_path / "fraud"))

        assert done.exit_code == 0, done.stderr
        assert "displayName: fraud" in (tmp_path / "deploy.yaml").read_text()

    def test_a_model_that_is_not_there_is_told_before_anything_is_written(self, run: Any, tmp_path: Path) -> None:
        done = run("init", "-m", str(tmp_path / "nowhere"))

        assert done.exit_code == 1
        assert str(tmp_path / "nowhere") in done.stderr
        assert not (tmp_path / "deploy.yaml").exists()

    def test_it_needs_a_model_or_a_name(self, run: Any) -> None:
        done = run("init")

        assert done.exit_code == 2
        assert done.stderr.splitlines()[-1] == "Error: Name the model with -m, or the deployment with --name."
