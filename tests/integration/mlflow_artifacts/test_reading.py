from __future__ import annotations

from pathlib import Path

import pytest

from oci_mlflow_core.errors import ArtifactError, NoSuchModelError
from oci_mlflow_core.model.artifact import ModelFacts
from oci_mlflow_core.testing.progress_sink import RecordingStep
from oci_mlflow_plugin.adapters.mlflow_artifacts.source import MlflowArtifactSource

MLMODEL_1 = """\
artifact_path: model
flavors:
  python_function:
    data: model.pkl
    env: my_env.yml
    loader_module: mlflow.sklearn
    python_version: 3.6.8
  sklearn:
    pickled_model: model.pkl
    sklearn_version: 0.20.3
run_id: 0123
utc_time_created: '2019-07-01 08:00:00.000000'
"""
MLMODEL_3 = """\
artifact_path: mlflow-artifacts:/0/models/m-0123/artifacts
env_vars: null
flavors:
  python_function:
    cloudpickle_version: 3.1.1
    config: {}
    env: {conda: conda.yaml, virtualenv: python_env.yaml}
    loader_module: mlflow.pyfunc.model
    python_model: python_model.pkl
    python_version: 3.12.9
    streamable: false
is_signature_from_type_hint: true
mlflow_version: 3.4.0
model_id: m-0123
model_size_bytes: 10
model_uuid: m-0123
prompts: null
run_id: '0123'
type_hint_from_example: false
utc_time_created: '2025-10-01 08:00:00.5'
"""


def facts_of(folder: Path) -> ModelFacts:
    source = MlflowArtifactSource()
    return source.inspect(source.resolve(str(folder)))


def written(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_a_folder_is_read_where_mlflow_refuses_to_open_a_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mlruns").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "file:///proc/nowhere")
    (tmp_path / "model").mkdir()
    model = written(tmp_path / "model", {"MLmodel": MLMODEL_3, "conda.yaml": "a: b\n"})

    source = MlflowArtifactSource()
    version = source.resolve(str(model))
    (tmp_path / "fetched").mkdir()

    assert source.inspect(version).mlflow_version == "3.4.0"
    assert (source.fetch(version, tmp_path / "fetched", RecordingStep("fetch")).path / "MLmodel").is_file()


def test_the_framework_is_known_by_its_version(tmp_path: Path) -> None:
    facts = facts_of(written(tmp_path, {"MLmodel": MLMODEL_1, "my_env.yml": "a: b\n"}))

    assert facts.framework_settings == {"pickled_model": "model.pkl", "sklearn_version": "0.20.3"}


def test_settings_of_several_words_are_left_out(tmp_path: Path) -> None:
    nested = "flavors:\n  transformers: {task: ner, components: [tokenizer], extra: {a: b}, code: null}\n"

    assert facts_of(written(tmp_path, {"MLmodel": nested})).framework_settings == {"task": "ner"}


def test_facts_are_what_mlmodel_says(registry: str) -> None:
    del registry
    source = MlflowArtifactSource()

    facts = source.inspect(source.resolve("models:/cancer@champion"))

    assert facts.flavors == ("python_function", "sklearn")
    assert (facts.mlflow_version, facts.python_version) == ("2.16.0", "3.11.7")
    assert facts.time_created == "2024-09-01T12:30:00.123456Z"
    assert facts.signature == {
        "inputs": [{"type": "double", "name": "mean radius", "required": True}],
        "outputs": [{"type": "long", "required": True}],
        "params": None,
    }
    assert facts.serving_input == '{"inputs": [[1.0]]}'
    assert sorted(facts.environment_files) == ["conda.yaml", "python_env.yaml", "requirements.txt"]


def test_model_of_mlflow_1_names_its_one_environment_file(tmp_path: Path) -> None:
    facts = facts_of(written(tmp_path, {"MLmodel": MLMODEL_1, "my_env.yml": "dependencies: [python=3.6.8]\n"}))

    assert facts.environment_files == {"my_env.yml": "dependencies: [python=3.6.8]\n"}
    assert (facts.mlflow_version, facts.python_version, facts.signature) == ("", "3.6.8", None)
    assert facts.time_created == "2019-07-01T08:00:00.000000Z"


def test_model_of_mlflow_3_is_read(tmp_path: Path) -> None:
    facts = facts_of(written(tmp_path, {"MLmodel": MLMODEL_3, "conda.yaml": "a: b\n", "uv.lock": "version = 1\n"}))

    assert (facts.flavors, facts.mlflow_version) == (("python_function",), "3.4.0")
    assert sorted(facts.environment_files) == ["conda.yaml", "uv.lock"]


def test_files_that_say_nothing_of_the_environment_are_not_read(tmp_path: Path) -> None:
    files = {"MLmodel": MLMODEL_3, "requirements.txt": "", "original_requirements.txt": "", "notes.txt": ""}

    facts = facts_of(written(tmp_path, {**files, "code/requirements.txt": ""}))

    assert sorted(facts.environment_files) == ["requirements.txt"]


def test_only_wheels_that_the_environment_speaks_of_are_digested(tmp_path: Path) -> None:
    named, other = "code/a-1-py3-none-any.whl", "artifacts/b-1-py3-none-any.whl"

    facts = facts_of(written(tmp_path, {"MLmodel": MLMODEL_3, "requirements.txt": named, named: "a", other: "b"}))

    assert facts.wheels == (other, named)
    assert list(facts.wheel_digests) == [named]


@pytest.mark.parametrize(
    ("mlmodel", "reason"),
    [
        ("flavors: [", "its MLmodel file cannot be read: "),
        ("- a\n", "its MLmodel file cannot be read: "),
        ("flavors: {}\nsignature: {inputs: 'x'}\n", "its MLmodel file cannot be read: "),
    ],
)
def test_mlmodel_that_cannot_be_read_is_an_error(tmp_path: Path, mlmodel: str, reason: str) -> None:
    with pytest.raises(ArtifactError) as caught:
        facts_of(written(tmp_path, {"MLmodel": mlmodel}))

    assert str(caught.value).startswith(f"{tmp_path}: {reason}")
    assert "\n" not in str(caught.value)


def test_environment_file_that_is_not_text_is_an_error(tmp_path: Path) -> None:
    written(tmp_path, {"MLmodel": MLMODEL_3})
    (tmp_path / "requirements.txt").write_bytes(b"\xff\xfe\x00")

    with pytest.raises(ArtifactError) as caught:
        facts_of(tmp_path)

    assert str(caught.value) == f"{tmp_path}: its requirements.txt is not UTF-8 text"


def test_version_whose_files_are_gone_is_an_error(tmp_path: Path) -> None:
    source = MlflowArtifactSource()
    version = source.resolve(str(written(tmp_path / "model", {"MLmodel": MLMODEL_3})))
    (tmp_path / "model" / "MLmodel").unlink()

    with pytest.raises(NoSuchModelError) as caught:
        source.inspect(version)

    assert str(caught.value) == f"{tmp_path}/model: there is no MLmodel file, so it is not an MLflow model"


def test_mlflow_says_nothing_while_files_are_fetched(
    registry: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    del registry
    source = MlflowArtifactSource()
    (tmp_path / "to").mkdir()
    version = source.resolve("models:/cancer/1")

    source.inspect(version)
    source.fetch(version, tmp_path / "to", RecordingStep("fetch"))

    assert capfd.readouterr() == ("", "")
