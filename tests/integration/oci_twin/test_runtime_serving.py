"""The runtime serves score.py in its pack, as OCI promises."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from integration.oci_twin.runtime_rig import DEPLOYMENT, LOG, MINOR, TENANCY, Rig, make_artifact, make_pack, wait_for
from oci_twin.runtime.confinement import can_mount
from oci_twin.runtime.port import Failed, Ready

_TRY_TO_WRITE = """
import os, tempfile
from pathlib import Path

def load_model():
    return Path(__file__).parent

def predict(data, model):
    answers = {}
    for folder in (str(model), os.environ["HOME"], "/tmp", "/var/tmp"):
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


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory, pack: Path) -> Iterator[Path]:
    """One folder for all runtimes, so that the pack is unpacked once."""
    return tmp_path_factory.mktemp("shared")


@pytest.fixture
def rig(tmp_path: Path, pack: Path) -> Iterator[Rig]:
    rig = Rig(tmp_path, {("tests", "packs", "conda/tiny_v1"): pack})
    yield rig
    rig.runtime.stop_all()


def _processes(folder: Path) -> list[psutil.Process]:
    found = psutil.process_iter(["cmdline"])
    return [process for process in found if any(str(folder) in part for part in process.info["cmdline"] or ())]


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
