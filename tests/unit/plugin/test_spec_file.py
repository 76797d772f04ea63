from __future__ import annotations

import os
from pathlib import Path

import pytest

from oci_mlflow_core.errors import DeploymentError, InvalidRequestError, SpecError
from oci_mlflow_core.spec.deployment import DeploymentSpec
from oci_mlflow_core.spec.runtime import CondaRuntime
from oci_mlflow_plugin.spec_file import load_spec

CONDA = "kind: deployment\nspec:\n  runtime:\n    type: conda\n    spec:\n"
SCORE_CODE = "spec.runtime.spec.scoreCode"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def fault_of(path: str | Path | None, score_code: str | None = None) -> tuple[str, str]:
    overrides = {} if score_code is None else {SCORE_CODE: score_code}
    with pytest.raises(DeploymentError) as caught:
        load_spec(path, environ={"CODE": "s3cr3t.py"}, overrides=overrides)
    return str(caught.value), caught.value.hint


def test_a_file_is_read_with_options_over_it(folder: Path) -> None:
    (folder / "deploy.yaml").write_text(f"{CONDA}      builder: ${{BUILDER}}\n")

    loaded = load_spec("deploy.yaml", environ={"BUILDER": "uv"}, overrides={"spec.displayName": "x"})

    assert loaded.spec == DeploymentSpec(display_name="x", runtime=CondaRuntime(builder="uv"))


def test_without_a_file_there_are_the_options(folder: Path) -> None:
    (folder / "score.py").touch()

    loaded = load_spec(None, environ={}, overrides={SCORE_CODE: "score.py"})

    assert loaded.spec.runtime == CondaRuntime(score_code=folder / "score.py")


def test_paths_are_relative_to_the_file_and_not_to_the_working_directory(folder: Path) -> None:
    (folder / "sub" / "code").mkdir(parents=True)
    (folder / "sub" / "code" / "predict.py").touch()
    (folder / "sub" / "deploy.yaml").write_text(f"{CONDA}      scoreCode: code/predict.py\n")

    loaded = load_spec(Path("sub/deploy.yaml"), environ={})

    assert loaded.spec.runtime == CondaRuntime(score_code=folder / "sub/code/predict.py")


def test_a_byte_order_mark_is_no_fault(folder: Path) -> None:
    (folder / "deploy.yaml").write_bytes(b"\xef\xbb\xbfkind: deployment\n")

    assert load_spec("deploy.yaml", environ={}).spec == DeploymentSpec()


def test_a_missing_file_is_told_as_the_user_wrote_it() -> None:
    message, hint = fault_of("./conf/deploy.yaml")

    assert message == "./conf/deploy.yaml: there is no such file"
    assert hint == "Check the path; 'oci-mlflow init' writes a file to begin with."


def test_a_file_below_a_file_is_told(folder: Path) -> None:
    (folder / "deploy.yaml").touch()

    assert fault_of("deploy.yaml/x")[0] == "deploy.yaml/x: cannot be read: Not a directory"


def test_a_folder_is_told(folder: Path) -> None:
    (folder / "conf").mkdir()

    assert fault_of("conf")[0] == "conf: this is a folder, not a deployment file"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_that_may_not_be_read_is_told(folder: Path) -> None:
    (folder / "deploy.yaml").touch(mode=0)

    assert fault_of("deploy.yaml")[0] == "deploy.yaml: cannot be read: Permission denied"


def test_a_loop_of_links_is_told(folder: Path) -> None:
    (folder / "deploy.yaml").symlink_to("deploy.yaml")

    assert fault_of("deploy.yaml")[0] == "deploy.yaml: cannot be read: Too many levels of symbolic links"


def test_what_cannot_be_read_is_an_invalid_request(folder: Path) -> None:
    (folder / "conf").mkdir()

    with pytest.raises(InvalidRequestError):
        load_spec("conf", environ={})


def test_another_encoding_is_told_with_its_place(folder: Path) -> None:
    (folder / "deploy.yaml").write_bytes("kind: deployment\nspec: {description: é}\n".encode("latin-1"))

    assert fault_of("deploy.yaml")[0] == (
        "deploy.yaml:2:21: the byte 0xe9 is not UTF-8; save the file with the encoding UTF-8"
    )


@pytest.mark.parametrize("content", ["", "\n\n", "# nothing yet\n"])
def test_an_empty_file_is_told(folder: Path, content: str) -> None:
    (folder / "deploy.yaml").write_text(content)

    assert fault_of("deploy.yaml")[0] == "deploy.yaml: the file is empty"


def test_score_code_that_is_not_there_is_told_with_its_place(folder: Path) -> None:
    (folder / "deploy.yaml").write_text(f"{CONDA}      scoreCode: code/score.py\n")

    with pytest.raises(SpecError) as caught:
        load_spec("deploy.yaml", environ={})

    assert str(caught.value) == (
        f"deploy.yaml:6:18: spec.runtime.spec.scoreCode: no such file: '{folder}/code/score.py'"
    )


def test_score_code_from_an_option_is_told_by_the_option(folder: Path) -> None:
    (folder / "code").mkdir()

    assert fault_of(None, score_code="code")[0] == (
        f"-C spec.runtime.spec.scoreCode: expected a file, got a folder: '{folder}/code'"
    )


def test_score_code_from_the_environment_is_not_shown() -> None:
    assert fault_of(None, score_code="${CODE}")[0] == (
        "-C spec.runtime.spec.scoreCode: no such file: the value of ${CODE}"
    )
