"""Models of every kind that MLflow users have, each deployed and asked."""

from __future__ import annotations

from typing import Any

import pytest
from commands import LOCAL, Commands, post


def deployed(local: Commands, name: str, model_uri: str) -> str:
    local.mlflow("create", "-t", LOCAL, "--name", name, "-m", model_uri)
    return local.home.get(name).url


@pytest.mark.parametrize(
    ("model", "payload", "answer"),
    [
        pytest.param(
            "scaled",
            {"inputs": [{"x": 1.5}, {"x": 2.5}], "params": {"factor": 10.0}},
            {"predictions": {"total": 40.0, "rows": 2}},
            id="a dict with params",
        ),
        pytest.param(
            "framed",
            {"dataframe_records": [{"x": 1.0}, {"x": 4.0}]},
            {
                "predictions": [
                    {"twice": None, "at": "2024-05-06T07:08:09"},
                    {"twice": 8.0, "at": "2024-05-06T07:08:09"},
                ]
            },
            id="a frame with a missing value and times",
        ),
        pytest.param(
            "typed",
            {"dataframe_split": {"columns": ["code", "when"], "data": [["00123", "2024-01-02T03:04:05"]]}},
            {"predictions": ["00123|str|2024-01-02T03:04:05"]},
            id="string and time columns",
        ),
    ],
)
def test_the_model_answers(
    model: str, payload: dict[str, Any], answer: dict[str, Any], local: Commands, uris: dict[str, str]
) -> None:
    url = deployed(local, model, uris[model])

    assert (200, answer) == post(f"{url}/predict", payload)


def test_a_chat_model_answers_unwrapped(local: Commands, uris: dict[str, str]) -> None:
    url = deployed(local, "parrot", uris["parrot"])

    status, answer = post(f"{url}/predict", {"messages": [{"role": "user", "content": "pieces of eight"}]})

    assert (status, answer["choices"][0]["message"]["content"]) == (200, "pieces of eight")


def test_a_model_in_a_folder_needs_no_registry(local: Commands, uris: dict[str, str]) -> None:
    url = deployed(local, "by-hand", uris["saved"])

    assert post(f"{url}/predict", {"inputs": [{"x": 2.0}]}) == (200, {"predictions": {"total": 2.0, "rows": 1}})


def test_conda_only_packages_are_named_before_anything_is_made(local: Commands, uris: dict[str, str]) -> None:
    done = local.mlflow("create", "-t", LOCAL, "--name", "r", "-m", uris["conda-only"], code=1)

    assert (
        "Error: no environment builder here can make this environment (conda packages: cudatoolkit, r-base=4.3):\n"
    ) in done.err
    assert "  uv: " in done.err
    assert (
        "Hint: Check the network and its proxy, or name a mirror of the channels: channelAlias in the deployment file, "
        "or OCI_MLFLOW_CHANNEL_ALIAS. "
        "Where these packages are on PyPI too, list them under 'pip:' when the model is logged"
    ) in done.err
