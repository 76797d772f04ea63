"""What goes wrong, as a person meets it: the exact text that the command prints, and what it leaves."""

from __future__ import annotations

import json
import os
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner
from commands import LOCAL, REFERENCE_ROW, Commands, post
from mlflow.deployments.cli import commands

from oci_mlflow_plugin.adapters.home.removal import remove_tree

DEPLOY = """\
kind: deployment
spec:
  runtime:
    kind: runtime
    type: conda
    spec:
      uri:
        name: cancer
        destination: oci://packs@team/conda-envs
"""


def refused(local: Commands, *arguments: str, verb: str = "create", model: str = "models:/cancer/1") -> str:
    """What MLflow's command prints on stderr when it is refused; in this process, since there are many of them."""
    uri = ["-m", model] if verb == "create" else []
    return invoked(local, verb, "-t", LOCAL, "--name", "wrong", *uri, *arguments)


def invoked(local: Commands, *arguments: str) -> str:
    """Runs ``mlflow deployments …``, which must end with exit code 1 and nothing on stdout."""
    with chdir(local.folder):
        result = CliRunner().invoke(commands, arguments, env=local.environ)
    assert (result.exit_code, result.stdout) == (1, ""), result.output
    assert isinstance(result.exception, SystemExit), result.exception
    return result.stderr


@contextmanager
def chdir(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def with_file(scratch: Path, text: str) -> list[str]:
    path = scratch / "deploy.yaml"
    path.write_text(text)
    return ["-C", f"deploy-config-file={path}"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(
            DEPLOY.replace("name:", "nmae:"),
            "FILE:8:9: spec.runtime.spec.uri.nmae: unknown key, did you mean 'name'?",
            id="unknown key",
        ),
        pytest.param(
            DEPLOY + "        gpu: sometimes\n",
            "FILE:10:14: spec.runtime.spec.uri.gpu: expected true or false, got 'sometimes'",
            id="wrong type",
        ),
        pytest.param(
            DEPLOY.replace("        name", "       name"),
            "FILE:9:20: a second ': ' in one value; put the value in quotes, or correct the indentation\n",
            id="syntax error",
        ),
        pytest.param(
            DEPLOY + "        name: again\n",
            "FILE:10:9: spec.runtime.spec.uri.name: ",
            id="duplicate key",
        ),
        pytest.param("", "FILE", id="empty file"),
    ],
)
def test_a_wrong_file_is_told_with_its_place(text: str, message: str, local: Commands, scratch: Path) -> None:
    told = refused(local, *with_file(scratch, text))

    assert told.startswith("Error: " + message.replace("FILE", str(scratch / "deploy.yaml"))), told
    assert "Traceback" not in told


def test_several_faults_are_told_at_once(local: Commands, scratch: Path) -> None:
    text = DEPLOY.replace("name:", "nmae:") + "        gpu: sometimes\n        overwrite: 7\n"

    told = refused(local, *with_file(scratch, text))

    assert [
        line.split(": ")[1 if line.startswith("Error") else 0].rpartition("/")[2] for line in told.splitlines()
    ] == [
        "deploy.yaml:8:9",
        "deploy.yaml:10:14",
        "deploy.yaml:11:20",
    ]


def test_a_missing_file(local: Commands) -> None:
    told = refused(local, "-C", "deploy-config-file=nowhere.yaml")

    assert told == (
        "Error: nowhere.yaml: there is no such file\n"
        "Hint: Check the path; 'oci-mlflow init' writes a file to begin with.\n"
    )


def test_an_unknown_option(local: Commands) -> None:
    told = refused(local, "-C", "dryrun=true", "-C", "timeout=soon")

    assert told == (
        "Error: -C dryrun: unknown option, did you mean 'dry-run'?\n"
        "-C timeout: expected a number of seconds above 0, got 'soon'\n"
    )


def test_an_unknown_override(local: Commands) -> None:
    told = refused(local, "-C", "spec.infrastructure.spec.replicas=2")

    assert told == "Error: -C spec.infrastructure.spec.replicas: unknown key, did you mean 'replica'?\n"


@pytest.mark.parametrize(
    ("model", "message"),
    [
        ("models:/cancre/1", "there is no registered model 'cancre' in 'STORE'\nHint: Did you mean 'cancer'?\n"),
        ("models:/cancer/99", "registered model 'cancer' has no version 99\nHint: Its latest versions: 2, 1.\n"),
        (
            "models:/cancer@winner",
            (
                "registered model 'cancer' has no alias 'winner'\n"
                "Hint: Its aliases: challenger (version 2), champion (version 1).\n"
            ),
        ),
        (
            "runs:/00000000000000000000000000000000/model",
            "there is no run '00000000000000000000000000000000' in 'STORE'\n",
        ),
        ("/no/such/folder", "there is no folder '/no/such/folder'\n"),
        (
            "models:/",
            (
                "this is not a model URI of the registry\n"
                "Hint: Model URIs of the registry are models:/NAME/VERSION, models:/NAME/latest, models:/NAME/STAGE, "
                "models:/NAME@ALIAS and models:/m-ID.\n"
            ),
        ),
    ],
)
def test_a_model_that_is_not_there(model: str, message: str, local: Commands) -> None:
    told = refused(local, model=model)

    assert told == f"Error: {model}: {message}".replace("STORE", local.environ["MLFLOW_TRACKING_URI"])


@pytest.mark.parametrize("verb", ["get", "update"])
def test_a_name_that_is_not_there(verb: str, local: Commands) -> None:
    told = refused(local, verb=verb)

    assert told == "Error: no deployment is called 'wrong'\nHint: There are no deployments there.\n"


def test_a_target_that_means_nothing(local: Commands) -> None:
    told = invoked(local, "list", "-t", "oci-datascience://local?compartement-id=x")

    assert told == (
        "Error: oci-datascience://local?compartement-id=x: unknown 'compartement-id' after '?'; "
        "did you mean 'compartment-id'?\n"
    )


def test_a_port_that_is_taken_leaves_nothing(local: Commands) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        told = refused(local, "-C", f"port={port}")

    assert f"Error: port {port} of 127.0.0.1 is in use" in told
    local.home.assert_nothing_left()


def test_a_pack_that_was_altered_on_disk_is_not_served(local: Commands, scratch: Path) -> None:
    arguments = with_file(scratch, DEPLOY.replace("name: cancer", "name: altered"))
    local.mlflow("create", "-t", LOCAL, "--name", "first", "-m", "models:/cancer/1", *arguments)
    pack = local.home.get("first").pack_uri
    local.home.delete("first")
    stored = altered(local.home.folder / "buckets" / "team" / "packs" / pack.partition("team/")[2])
    remove_tree(local.home.folder / "cache")

    told = refused(local, *arguments)

    assert re.search(r"sha256", told), told
    local.home.assert_nothing_left()
    stored.unlink()


def altered(pack: Path) -> Path:
    """Flips a byte in the middle of the pack that is served from this path."""
    path = pack.resolve()
    with path.open("r+b") as stream:
        stream.seek(path.stat().st_size // 2)
        byte = stream.read(1)
        stream.seek(-1, os.SEEK_CUR)
        stream.write(bytes([byte[0] ^ 0xFF]))
    return path


def test_a_score_py_that_cannot_be_imported_is_shown_with_its_log(local: Commands, scratch: Path) -> None:
    (scratch / "mine.py").write_text(
        "import not_there\n\ndef load_model():\n    pass\n\ndef predict(data, model=None):\n    return data\n"
    )

    told = refused(local, *with_file(scratch, DEPLOY + "      scoreCode: mine.py\n"))

    assert "  | ModuleNotFoundError: No module named 'not_there'\n" in told
    local.home.assert_nothing_left()


def test_a_score_py_that_raises_answers_500_as_oci_does(local: Commands, scratch: Path) -> None:
    (scratch / "mine.py").write_text(
        "def load_model():\n    return None\n\n"
        "def predict(data, model=load_model()):\n    raise RuntimeError('no luck')\n"
    )
    arguments = with_file(scratch, DEPLOY + "      scoreCode: mine.py\n")
    local.mlflow("create", "-t", LOCAL, "--name", "raising", "-m", "models:/cancer/1", *arguments)
    url = local.home.get("raising").url
    (scratch / "row.json").write_text(json.dumps({"dataframe_split": REFERENCE_ROW}))

    status, body = post(f"{url}/predict", REFERENCE_ROW)
    told = invoked(local, "predict", "-t", LOCAL, "--name", "raising", "-I", str(scratch / "row.json"))

    assert status == 500
    assert body["code"] == "InternalServerError"
    assert "no luck" in body["message"]
    assert told.startswith("Error: deployment 'raising' answered 500 InternalServerError: ")


def test_a_model_that_takes_too_long_to_load_goes_on_and_can_be_deleted(local: Commands) -> None:
    told = invoked(local, "create", "-t", LOCAL, "--name", "slow", "-m", "models:/slow/1", "-C", "timeout=12")

    assert re.search(
        r"^Error: deployment 'slow' \(ocid1\.\S+\): still waiting for .+ after 12 s; it was left as it is and goes on$",
        told,
        re.MULTILINE,
    ), told
    assert local.home.get("slow").state == "CREATING"
    local.home.delete("slow")
    local.home.assert_nothing_left()


def test_payloads_that_are_too_large_or_break_the_signature(local: Commands) -> None:
    local.mlflow("create", "-t", LOCAL, "--name", "cancer", "-m", "models:/cancer/1")
    url = local.home.get("cancer").url

    too_large = post(f"{url}/predict", b" " * (10 * 1024 * 1024 + 1))
    broken = post(f"{url}/predict", {"dataframe_records": [{"mean radius": "wide"}]})

    assert (too_large[0], too_large[1]["code"]) == (413, "PayloadTooLarge")
    assert broken[0] == 400
    assert "mean texture" in broken[1]["message"]
