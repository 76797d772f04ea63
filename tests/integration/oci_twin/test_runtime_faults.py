"""What is wrong with an artifact or a pack fails its preparation, with the cause."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from integration.oci_twin.runtime_rig import DEPLOYMENT, ECHO, MINOR, RUNTIME, Rig, make_pack, make_zip, tar_gz
from oci_twin.runtime.port import Failed

_WHERE = ("tests", "packs", "conda/tiny_v1")
_PACK = "oci://packs@tests/conda/tiny_v1"
_SECTION = "MODEL_DEPLOYMENT.INFERENCE_CONDA_ENV"


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_pack(tmp_path_factory.mktemp("pack"))


@pytest.fixture
def rig(tmp_path: Path, pack: Path) -> Iterator[Rig]:
    rig = Rig(tmp_path, {_WHERE: pack})
    yield rig
    rig.runtime.stop_all()


def _failed(rig: Rig, files: dict[str, str]) -> Failed:
    failed = rig.deploy(make_zip(rig.folder / "model.zip", files))
    assert isinstance(failed, Failed)
    return failed


def _reason(rig: Rig, **files: str) -> str:
    good = {"score.py": ECHO, "runtime.yaml": RUNTIME.format(minor=MINOR)}
    return _failed(rig, {**good, **{name.replace("_", "."): text for name, text in files.items()}}).reason


def _runtime(old: str, new: str) -> str:
    text = RUNTIME.format(minor=MINOR)
    assert old in text
    return text.replace(old, new)


def test_a_zip_of_a_folder_has_no_score_py_at_its_root(rig: Rig) -> None:
    failed = _failed(rig, {"model/score.py": ECHO, "model/runtime.yaml": RUNTIME})

    assert failed.reason == "the model artifact has no score.py at the root of the zip, only 'model/score.py'"
    assert failed.log_lines == ("Unpacking the model artifact.",)


def test_a_zip_without_runtime_yaml_is_refused(rig: Rig) -> None:
    failed = _failed(rig, {"score.py": ECHO})

    assert failed.reason == "the model artifact has no runtime.yaml at the root of the zip"


def test_a_zip_that_reaches_out_of_its_folder_is_refused(rig: Rig) -> None:
    failed = _failed(rig, {"score.py": ECHO, "runtime.yaml": RUNTIME, "../stray": ""})

    assert failed.reason == "the model artifact holds '../stray', which lies outside of its folder"


def test_what_is_no_zip_is_refused(rig: Rig, tmp_path: Path) -> None:
    artifact = tmp_path / "model.zip"
    artifact.write_text("no zip")

    failed = rig.deploy(artifact)

    assert failed == Failed(
        "the model artifact is no zip archive: File is not a zip file", ("Unpacking the model artifact.",)
    )


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        pytest.param(
            f"'{MINOR}'",
            "3.10",
            f"{_SECTION}.INFERENCE_PYTHON_VERSION is the number 3.1, not text; versions have to be quoted",
            id="unquoted Python version",
        ),
        pytest.param(
            f"'{MINOR}'",
            "'three'",
            "INFERENCE_PYTHON_VERSION is 'three', not a Python version such as '3.10'",
            id="no Python version",
        ),
        pytest.param(
            "INFERENCE_ENV_SLUG: tiny_v1", "OTHER: x", f"{_SECTION}.INFERENCE_ENV_SLUG is missing", id="no slug"
        ),
        pytest.param(
            "published", "mine", "INFERENCE_ENV_TYPE is 'mine', neither published nor data_science", id="unknown type"
        ),
        pytest.param(
            "oci://packs@tests/conda/tiny_v1",
            "oci://packs/conda/tiny_v1",
            "INFERENCE_ENV_PATH is 'oci://packs/conda/tiny_v1', not oci://bucket@namespace/path",
            id="path without a namespace",
        ),
        pytest.param("INFERENCE_CONDA_ENV", "CONDA", f"{_SECTION} is missing or no mapping", id="no section"),
        pytest.param("MODEL_ARTIFACT_VERSION: '3.0'", "", "MODEL_ARTIFACT_VERSION is missing", id="no version"),
    ],
)
def test_a_wrong_runtime_yaml_is_refused(rig: Rig, old: str, new: str, reason: str) -> None:
    failed = _reason(rig, runtime_yaml=_runtime(old, new))

    assert failed == f"runtime.yaml: {reason}"


def test_a_runtime_yaml_that_is_no_yaml_is_refused(rig: Rig) -> None:
    failed = _reason(rig, runtime_yaml="a: [")

    assert failed == "runtime.yaml is no YAML: while parsing a flow node"


def test_a_pack_that_is_not_there_is_named(rig: Rig) -> None:
    rig.objects.clear()

    failed = _reason(rig)

    assert failed == f"the conda pack {_PACK} is not in Object Storage, or may not be read"


def test_a_pack_that_is_no_archive_is_named(rig: Rig, tmp_path: Path) -> None:
    rig.objects[_WHERE] = tmp_path / "pack"
    rig.objects[_WHERE].write_text("no archive")

    failed = _reason(rig)

    assert failed == f"the conda pack {_PACK} cannot be unpacked: not a gzip file"


def test_a_pack_that_reaches_out_of_its_folder_is_refused(rig: Rig, tmp_path: Path) -> None:
    rig.objects[_WHERE] = tar_gz(tmp_path / "pack", {"../stray": b""})

    failed = _reason(rig)

    assert failed == f"the conda pack {_PACK} cannot be unpacked: '../stray' lies outside of the archive's folder"
    assert list(tmp_path.rglob("stray")) == []


def test_a_pack_that_reaches_out_through_a_link_is_refused(rig: Rig, tmp_path: Path) -> None:
    rig.objects[_WHERE] = tar_gz(tmp_path / "pack", {"out": tmp_path, "out/stray": b""})

    failed = _reason(rig)

    assert failed == f"the conda pack {_PACK} cannot be unpacked: 'out/stray' lies outside of the archive's folder"
    assert list(tmp_path.rglob("stray")) == []


def test_a_file_of_a_pack_replaces_a_link_and_not_what_it_leads_to(rig: Rig, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.write_text("kept")
    rig.objects[_WHERE] = tar_gz(tmp_path / "pack", {"out": kept, "./out": b"mine"})

    _reason(rig)

    assert kept.read_text() == "kept"


def test_a_pack_without_python_is_refused(rig: Rig, tmp_path: Path) -> None:
    rig.objects[_WHERE] = tar_gz(tmp_path / "pack", {"bin/pip": b""})

    failed = _reason(rig)

    assert failed == f"the conda pack {_PACK} has no bin/python"


def test_a_pack_whose_conda_unpack_fails_is_refused_with_what_it_said(rig: Rig, tmp_path: Path) -> None:
    rig.objects[_WHERE] = tar_gz(tmp_path / "pack", {"bin/conda-unpack": b"#!/bin/sh\necho broken >&2; exit 3\n"})

    failed = _failed(rig, {"score.py": ECHO, "runtime.yaml": RUNTIME.format(minor=MINOR)})

    assert failed.reason == f"conda-unpack of the pack {_PACK} failed"
    assert failed.log_lines[-1] == "broken"


def test_a_pack_with_another_python_than_runtime_yaml_says_is_refused(rig: Rig) -> None:
    failed = _reason(rig, runtime_yaml=RUNTIME.format(minor="3.8"))

    assert failed == f"the conda pack {_PACK} holds Python {MINOR}, but INFERENCE_PYTHON_VERSION is '3.8'"


def test_a_score_py_that_does_not_import_fails_with_its_traceback(rig: Rig) -> None:
    failed = rig.score("import no_such_module\n")

    assert isinstance(failed, Failed)
    assert failed.reason == "score.py does not import: ModuleNotFoundError: No module named 'no_such_module'"
    assert "ModuleNotFoundError: No module named 'no_such_module'" in failed.log_lines
    assert failed.log_lines[3] == "Loading the model."
    assert "ModuleNotFoundError: No module named 'no_such_module'" in rig.lines


@pytest.mark.parametrize(
    ("score", "reason"),
    [
        ("def predict(data, model): pass\n", "score.py defines no function load_model()"),
        ("def load_model(): pass\n", "score.py defines no function predict()"),
        (
            "def load_model(): pass\ndef predict(rows, model): pass\n",
            "the first parameters of predict() in score.py have to be called data and model",
        ),
        (
            "def load_model(): pass\ndef predict(data, model, unit): pass\n",
            "the parameter unit of predict() in score.py has no default",
        ),
        (
            "def load_model(): return open('model.pkl')\ndef predict(data, model): pass\n",
            "load_model() in score.py fails: FileNotFoundError: [Errno 2] No such file or directory: 'model.pkl'",
        ),
        (
            "import sys\ndef load_model(): sys.exit('no model')\ndef predict(data, model): pass\n",
            "load_model() in score.py fails: SystemExit: no model",
        ),
        (
            "import os\nos._exit(7)\n",
            "the inference server ended before the model was loaded",
        ),
    ],
)
def test_a_score_py_that_breaks_the_contract_fails(rig: Rig, score: str, reason: str) -> None:
    failed = rig.score(score)

    assert isinstance(failed, Failed)
    assert failed.reason == reason


def test_nothing_is_left_of_what_failed(rig: Rig, tmp_path: Path) -> None:
    rig.score("import no_such_module\n")

    left = list((tmp_path / "runtime" / "generations").iterdir())

    assert left == []
    assert rig.runtime.server_url(DEPLOYMENT, 1) is None
