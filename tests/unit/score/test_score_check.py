from __future__ import annotations

import platform
from pathlib import Path

import pytest

from oci_mlflow_core.errors import ArtifactError
from oci_mlflow_plugin.adapters.score.score_check import check_score_code

GOOD = "def load_model():\n    return 1\n\n\ndef predict(data, model=load_model()):\n    return model\n"
HINT = (
    "A score.py needs 'def load_model()', which returns the model, and 'def predict(data, model=load_model())', "
    "which answers one request; further parameters need defaults."
)


def written(folder: Path, text: str) -> Path:
    path = folder / "mine.py"
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        "from mine_too import load_model, predict\n",
        "from mine_too import *\n",
        "try:\n    from a import load_model\nexcept ImportError:\n    pass\ndef predict(data, *, model=1, b=2): ...\n",
        "load_model = lambda: 1\npredict: object = make()\n",
        "class load_model: ...\nif True:\n    def predict(data, model=1): ...\n",
    ],
)
def test_whatever_binds_both_names_will_do(tmp_path: Path, text: str) -> None:
    path = written(tmp_path, text)

    content = check_score_code(path)

    assert content == text.encode()


def test_the_file_is_not_run(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD + f"open({str(tmp_path / 'ran')!r}, 'w')\nraise SystemExit\n")

    check_score_code(path)

    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("", 1, "'load_model' is not defined"),
        ("def load_model(): ...\n", 1, "'predict' is not defined"),
        ("def f():\n    def load_model(): ...\n", 1, "'load_model' is not defined"),
        ("def load_model(path): ...\n", 1, "'load_model' is called without arguments, and needs 'path'"),
        ("\nasync def load_model(): ...\n", 2, "'load_model' is asynchronous, which the service does not await"),
        ("load_model = 1\ndef predict(data): ...\n", 2, "'predict' has no parameter 'model'"),
        ("load_model = 1\ndef predict(x, model=1): ...\n", 2, "'predict' has no parameter 'data'"),
        ("load_model = 1\ndef predict(data, model): ...\n", 2, "the parameter 'model' of 'predict' has no default"),
        ("load_model = 1\ndef predict(data, a, model=1): ...\n", 2, "the parameter 'a' of 'predict' has no default"),
        ("load_model = 1\ndef predict(data, model=1, *, b): ...\n", 2, "the parameter 'b' of 'predict' has no default"),
        (
            "load_model = 1\nasync def predict(data, model=1): ...\n",
            2,
            "'predict' is asynchronous, which the service does not await",
        ),
    ],
)
def test_what_is_missing_is_told_with_its_line(tmp_path: Path, text: str, line: int, reason: str) -> None:
    path = written(tmp_path, text)

    with pytest.raises(ArtifactError) as caught:
        check_score_code(path)

    assert str(caught.value) == f"{path}:{line}: {reason}"
    assert caught.value.hint == HINT


def test_a_syntax_error_is_told_with_line_and_column(tmp_path: Path) -> None:
    path = written(tmp_path, "def load_model():\n    return (1\n")

    with pytest.raises(ArtifactError) as caught:
        check_score_code(path)

    assert str(caught.value) == f"{path}:2:12: not valid Python: '(' was never closed"
    assert caught.value.hint == (
        f"Correct the file that scoreCode names; it was read with Python {platform.python_version()}."
    )


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    path = tmp_path / "nowhere.py"

    with pytest.raises(ArtifactError) as caught:
        check_score_code(path)

    assert str(caught.value) == f"{path}: the file that scoreCode names cannot be read: No such file or directory"
    assert caught.value.hint == "Its path is taken relative to the deployment file."
