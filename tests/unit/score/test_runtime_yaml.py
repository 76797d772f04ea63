from __future__ import annotations

from io import StringIO

import pytest
from ruamel.yaml import YAML

from oci_mlflow_core.model.artifact import RuntimeDescription
from oci_mlflow_plugin.adapters.score.runtime_yaml import runtime_yaml


def test_all_four_keys_are_written_and_the_python_version_is_quoted() -> None:
    runtime = RuntimeDescription(slug="cancer_v1", pack_uri="oci://packs@ns/cpu/cancer/1/cancer_v1", python="3.10")

    text = runtime_yaml(runtime)

    assert text == (
        "MODEL_ARTIFACT_VERSION: '3.0'\n"
        "MODEL_DEPLOYMENT:\n"
        "  INFERENCE_CONDA_ENV:\n"
        "    INFERENCE_ENV_PATH: 'oci://packs@ns/cpu/cancer/1/cancer_v1'\n"
        "    INFERENCE_ENV_SLUG: 'cancer_v1'\n"
        "    INFERENCE_ENV_TYPE: 'published'\n"
        "    INFERENCE_PYTHON_VERSION: '3.10'\n"
    )


@pytest.mark.parametrize(
    "slug", ["it's", 'a "b"', "a: b # c", "- x", "null", "line\nbreak", "tab\t", "\\n", "é", "{a}"]
)
def test_any_text_is_read_back_as_it_was(slug: str) -> None:
    runtime = RuntimeDescription(slug=slug, pack_uri=slug, python=slug, type=slug)

    read = YAML(typ="safe").load(StringIO(runtime_yaml(runtime)))

    assert set(read["MODEL_DEPLOYMENT"]["INFERENCE_CONDA_ENV"].values()) == {slug}
