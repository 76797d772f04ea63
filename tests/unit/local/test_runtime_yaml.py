from __future__ import annotations

from pathlib import Path

import pytest

from oci_mlflow_core.errors import InvalidRequestError
from oci_mlflow_core.model.pack import ObjectLocation
from oci_mlflow_plugin.adapters.local.runtime_yaml import inference_environment

_PACK = "oci://packs@namespace/cpu/cancer/1/cancer_v1"
_GOOD = """\
MODEL_ARTIFACT_VERSION: '3.0'
MODEL_DEPLOYMENT:
  INFERENCE_CONDA_ENV:
    INFERENCE_ENV_SLUG: cancer_v1
    INFERENCE_ENV_TYPE: published
    INFERENCE_ENV_PATH: oci://packs@namespace/cpu/cancer/1/cancer_v1
    INFERENCE_PYTHON_VERSION: '3.10'
"""


def _artifact(folder: Path, runtime: str | None, *, score: bool = True) -> Path:
    if score:
        (folder / "score.py").touch()
    if runtime is not None:
        (folder / "runtime.yaml").write_text(runtime)
    return folder


def test_the_pack_and_its_python_are_read(tmp_path: Path) -> None:
    environment = inference_environment(_artifact(tmp_path, _GOOD))

    assert environment.pack == ObjectLocation("packs", "namespace", "cpu/cancer/1/cancer_v1")
    assert environment.python == "3.10"


@pytest.mark.parametrize(
    ("runtime", "score", "message"),
    [
        (None, True, "the model's artifact has no runtime.yaml at its root, so it cannot be served"),
        (_GOOD, False, "the model's artifact has no score.py at its root, so it cannot be served"),
        (
            _GOOD.replace("published", "data_science"),
            True,
            f"runtime.yaml asks for an environment of type 'data_science' ({_PACK}), which only OCI has",
        ),
        (
            "MODEL_DEPLOYMENT: {}",
            True,
            "runtime.yaml: INFERENCE_ENV_PATH: expected oci://<bucket>@<namespace>/<path>, got ''",
        ),
    ],
)
def test_an_artifact_that_cannot_be_served_here_is_told(
    tmp_path: Path,
    runtime: str | None,
    score: bool,  # noqa: FBT001 - from the table above
    message: str,
) -> None:
    folder = _artifact(tmp_path, runtime, score=score)

    with pytest.raises(InvalidRequestError) as refused:
        inference_environment(folder)

    assert str(refused.value) == message


def test_a_runtime_yaml_that_is_no_yaml_is_told_with_its_place(tmp_path: Path) -> None:
    folder = _artifact(tmp_path, "MODEL_DEPLOYMENT: {\n")

    with pytest.raises(InvalidRequestError) as refused:
        inference_environment(folder)

    assert str(refused.value).startswith("the model's artifact cannot be served: runtime.yaml:")
