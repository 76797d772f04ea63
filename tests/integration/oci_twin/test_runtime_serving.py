"""The runtime serves score.py in its pack, as OCI promises."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from integration.oci_twin.runtime_rig import (
    DEPLOYMENT,
    LOG,
    MINOR,
    RUNTIME,
    TENANCY,
    Rig,
    make_artifact,
    make_pack,
    wait_for,
)
from oci_twin.runtime import processes
from oci_twin.runtime.confinement import can_mount
from oci_twin.runtime.port import Ready

_RAISE = """
def load_model():
    return None

def predict(data, model):
    raise ValueError("no such column")
"""
_SHOW_ENVIRONMENT = """
import os

def load_model():
    return None

def predict(data, model):
    return dict(os.environ)
"""
_TALK = """
import logging
import sys

print("said at import")

def load_model():
    return None

def predict(data, model):
    logging.getLogger("score").warning("warned of %s", data)
    print("complained", file=sys.stderr)
    return None
"""
_IMPORT_NEIGHBOUR = """
from neighbour import ANSWER

def load_model():
    return ANSWER

def predict(data, model, unit="kg"):
    return [model, unit]
"""
_COUNT_LOADS = """
loads = []

def load_model():
    loads.append("model")
    return loads

def predict(data, model{default}):
    return model
"""
_TRY_TO_WRITE = """
import os, tempfile
from pathlib import Path

def load_model():
    return Path(__file__).parent

def predict(data, model):
    answers = {}
    for folder in [str(model), os.environ["HOME"], *data]:
        try:
            (Path(folder) / "written").write_text("x")
            answers[folder] = "written"
        except OSError as fault:
            answers[folder] = fault.strerror
    return {"answers": answers, "artifact": str(model), "home": os.environ["HOME"], "temporary": tempfile.gettempdir()}
"""


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_pack(tmp_path_factory.mktemp("pack"))


@pytest.fixture
def rig(tmp_path: Path, pack: Path) -> Iterator[Rig]:
    rig = Rig(tmp_path, {("tests", "packs", "conda/tiny_v1"): pack})
    yield rig
    rig.runtime.stop_all()


def test_it_answers_with_what_predict_makes_of_the_body_and_the_model(rig: Rig, tmp_path: Path) -> None:
    ready = rig.deploy(make_artifact(tmp_path / "model.zip"))

    answer = rig.answer({"rows": [1, 2]})

    assert isinstance(ready, Ready)
    assert ready.server_url == rig.runtime.server_url(DEPLOYMENT, 1)
    assert answer == (200, {"prediction": {"rows": [1, 2]}, "model": "model"})
    assert ready.log_lines == (
        "Unpacking the model artifact.",
        "Unpacking the conda environment oci://packs@tests/conda/tiny_v1.",
        "Starting the inference server.",
        "Loading the model.",
        "The inference server is ready.",
    )


def test_a_pack_is_made_ready_by_its_conda_unpack(rig: Rig, tmp_path: Path) -> None:
    rig.deploy(make_artifact(tmp_path / "model.zip"))

    (unpacked,) = (tmp_path / "runtime" / "packs").glob("*/environment/unpacked")

    assert unpacked.read_text() == str(unpacked.parent)


def test_a_pack_is_unpacked_once(rig: Rig, tmp_path: Path) -> None:
    rig.deploy(make_artifact(tmp_path / "model.zip"))
    (unpacked,) = (tmp_path / "runtime" / "packs").glob("*/environment/unpacked")
    unpacked.write_text("left as it is")

    rig.deploy(make_artifact(tmp_path / "model.zip"), generation=2)

    assert unpacked.read_text() == "left as it is"


def test_modules_beside_score_py_can_be_imported_and_further_parameters_have_defaults(rig: Rig, tmp_path: Path) -> None:
    more = {"neighbour.py": "ANSWER = 42", "score.py": _IMPORT_NEIGHBOUR}
    rig.deploy(make_artifact(tmp_path / "model.zip", more))

    answer = rig.answer(None)

    assert answer == (200, [42, "kg"])


def test_what_predict_raises_is_an_internal_server_error_and_stands_in_the_predict_log(rig: Rig) -> None:
    rig.score(_RAISE)

    answer = rig.answer({})

    message = "The function predict() of score.py failed; the predict log says why."
    assert answer == (500, {"code": "InternalServerError", "message": message})
    wait_for(lambda: "ValueError: no such column" in rig.lines)


def test_a_prediction_that_json_cannot_say_is_an_internal_server_error(rig: Rig) -> None:
    rig.score("def load_model():\n  pass\ndef predict(data, model):\n  return float('nan')\n")

    status, _ = rig.answer({})

    assert status == 500


def test_sys_exit_in_predict_does_not_end_the_server(rig: Rig) -> None:
    rig.score("import sys\ndef load_model():\n  pass\ndef predict(data, model):\n  return data and sys.exit()\n")

    statuses = [rig.answer(data)[0] for data in (1, 0)]

    assert statuses == [500, 200]


def test_output_and_warnings_stand_in_the_predict_log(rig: Rig) -> None:
    rig.score(_TALK)
    rig.answer(7)

    wait_for(lambda: len(rig.entries) == 3)

    assert {(LOG, DEPLOYMENT)} == {(log, source) for log, source, _ in rig.entries}
    assert sorted(rig.lines) == ["complained", "said at import", "warned of 7"]


def test_the_environment_is_the_deployments_with_the_reserved_variables_and_nothing_of_the_twins(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OF_THE_TWIN", "1")
    rig.score(_SHOW_ENVIRONMENT, COLOUR="green", TENANCY_OCID="forged", WEB_CONCURRENCY="3")

    status, shown = rig.answer(None)

    assert status == 200
    assert shown["COLOUR"] == "green"
    assert shown["TENANCY_OCID"] == TENANCY
    assert shown["MODEL_DEPLOYMENT_OCID"] == DEPLOYMENT
    assert shown["MODEL_SERVING_PYTHON_VERSION"] == MINOR
    assert shown["WEB_CONCURRENCY"] == "3"
    assert "OF_THE_TWIN" not in shown


def test_web_concurrency_has_a_default(rig: Rig) -> None:
    rig.score(_SHOW_ENVIRONMENT)

    _, shown = rig.answer(None)

    assert shown["WEB_CONCURRENCY"] == "1"


@pytest.mark.skipif(not can_mount(), reason="this machine lets nobody mount")
def test_nothing_but_home_datascience_is_writable(rig: Rig) -> None:
    rig.score(_TRY_TO_WRITE)

    _, said = rig.answer(["/tmp", "/var/tmp"])

    refused = "Read-only file system"
    assert said["home"] == said["temporary"] == "/home/datascience"
    assert said["answers"] == {
        said["artifact"]: refused,
        "/home/datascience": "written",
        "/tmp": refused,
        "/var/tmp": refused,
    }


def test_the_machine_keeps_its_own_home_folders(rig: Rig) -> None:
    before = sorted(Path("/home").iterdir())

    rig.score(_TRY_TO_WRITE)
    rig.answer([])

    assert sorted(Path("/home").iterdir()) == before
    assert not Path("/home/datascience/written").exists()


@pytest.mark.parametrize("default", ["", "=load_model()"])
def test_the_model_is_loaded_once(rig: Rig, default: str) -> None:
    rig.score(_COUNT_LOADS.format(default=default))
    rig.answer(None)

    answer = rig.answer(None)

    assert answer == (200, ["model"])


def test_where_nobody_may_mount_the_home_folder_is_the_generations_own(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "can_mount", lambda: False)
    rig.score(_TRY_TO_WRITE)

    _, said = rig.answer([])

    home, artifact = Path(said["home"]), Path(said["artifact"])
    assert home.parent == artifact.parent
    assert home.is_relative_to(rig.folder)
    assert said["answers"][said["home"]] == "written"
    assert {path.stat().st_mode & 0o222 for path in [artifact / "score.py", artifact / "runtime.yaml"]} == {0}
    assert os.geteuid() == 0 or said["answers"][said["artifact"]] == "Permission denied"


@pytest.mark.parametrize("minor", ["3.8", "3.9", "3.13"])
def test_it_serves_in_every_python_that_mlflow_runs_in(tmp_path: Path, minor: str) -> None:
    root = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    found = sorted(root.glob(f"versions/{minor}.*/bin/python")) if os.access(root, os.R_OK) else []
    if not found:
        pytest.skip(f"no Python {minor} of pyenv is on this machine")
    rig = Rig(tmp_path, {("tests", "packs", "conda/tiny_v1"): make_pack(tmp_path, python=found[0])})
    rig.deploy(make_artifact(tmp_path / "model.zip", {"runtime.yaml": RUNTIME.format(minor=minor)}))

    answer = rig.answer("x")
    rig.runtime.stop_all()

    assert answer == (200, {"prediction": "x", "model": "model"})
