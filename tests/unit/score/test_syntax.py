from __future__ import annotations

import ast
import json
import subprocess
from pathlib import Path

import pytest

from oci_mlflow_plugin.adapters.score.assembler import own_score_code
from oci_mlflow_plugin.payload import encode

#: Puts in a module called mlflow so small that it holds no model, loads score.py and converts a few answers.
CHILD = """
import datetime, decimal, importlib.util, json, math, sys, types, uuid
mlflow = types.ModuleType("mlflow")
mlflow.pyfunc = types.ModuleType("mlflow.pyfunc")
mlflow.pyfunc.load_model = lambda folder: None
sys.modules.update({"mlflow": mlflow, "mlflow.pyfunc": mlflow.pyfunc})
spec = importlib.util.spec_from_file_location("score", sys.argv[1])
score = importlib.util.module_from_spec(spec)
sys.modules["score"] = score
spec.loader.exec_module(score)
values = [1, 0.5, math.nan, "x", b"a", None, decimal.Decimal("0.1"), datetime.date(2020, 1, 2), uuid.UUID(int=1)]
found = [score._plain(values), score._plain({(1, 2): {3}}), score._object_form({"columns": [], "data": []})]
try:
    score._parsed("nope")
except score.InvalidInputError as fault:
    found.append(fault.status)
print(json.dumps(found))
"""


def interpreter(minor: int) -> str:
    found = sorted((Path.home() / ".pyenv" / "versions").glob(f"3.{minor}.*/bin/python"))
    if not found:
        pytest.skip(f"there is no Python 3.{minor} below ~/.pyenv")
    return str(found[-1])


def test_score_py_has_the_syntax_of_python_3_8() -> None:
    tree = ast.parse(own_score_code(), feature_version=(3, 8))

    assert {"load_model", "predict"} <= {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("minor", [8, 9, 13])
def test_the_parts_that_need_no_mlflow_run_on_an_old_and_a_new_python(minor: int, tmp_path: Path) -> None:
    (tmp_path / "score.py").write_bytes(own_score_code())

    done = subprocess.run(
        [interpreter(minor), "-I", "-c", CHILD, str(tmp_path / "score.py")], capture_output=True, text=True, check=False
    )

    assert done.stderr == ""
    assert json.loads(done.stdout) == [
        [1, 0.5, None, "x", "YQ==\n", None, 0.1, "2020-01-02", "00000000-0000-0000-0000-000000000001"],
        {"[1, 2]": [3]},
        ["dataframe_split", {"columns": [], "data": []}],
        400,
    ]


def test_client_and_score_py_speak_the_same_version() -> None:
    names = {
        target.id: node.value.value
        for node in ast.parse(own_score_code()).body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }

    assert names["WIRE_FORMAT"] == encode.WIRE_FORMAT
