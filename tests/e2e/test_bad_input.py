"""What goes wrong, as a person meets it: the exact text that the command prints, and what it leaves."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
from pathlib import Path

import pytest
from commands import LOCAL, REFERENCE_ROW, Commands, assert_nothing_left, post, shown

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
    """What ``create`` prints on stderr when it is refused."""
    uri = ["-m", model] if verb == "create" else []
    return local.mlflow(verb, "-t", LOCAL, "--name", "wrong", *uri, *arguments, code=1).err


def with_file(scratch: Path, text: str) -> list[str]:
    path = scratch / "deploy.yaml"
    path.write_text(text)
    os.chdir(scratch)
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
        pytest.param(DEPLOY.replace("        name", "       name"), "FILE:9:9: ", id="syntax error"),
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
        "Hint: Give a file with --config deploy-config-file=FILE; 'oci-mlflow init' writes one to begin with.\n"
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
        ("models:/cancre/1", "models:/cancre/1: "),
        ("models:/cancer/99", "models:/cancer/99: "),
        ("models:/cancer@winner", "models:/cancer@winner: "),
        ("runs:/00000000000000000000000000000000/model", "runs:/00000000000000000000000000000000/model: "),
        ("/no/such/folder", "/no/such/folder: "),
        ("models:/", "models:/: "),
    ],
)
def test_a_model_that_is_not_there(model: str, message: str, local: Commands) -> None:
    told = refused(local, model=model)

    assert told.startswith(f"Error: {message}"), told
    assert "Traceback" not in told


@pytest.mark.parametrize("verb", ["get", "update"])
def test_a_name_that_is_not_there(verb: str, local: Commands) -> None:
    told = refused(local, verb=verb)

    assert told == "Error: no deployment is called 'wrong'\nHint: There are no deployments there.\n"


def test_a_target_that_means_nothing(local: Commands) -> None:
    done = local.mlflow("list", "-t", "oci-datascience://local?compartement-id=x", code=1)

    assert done.err == (
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
    assert_nothing_left(local)


def test_a_pack_that_was_altered_on_disk_is_not_served(local: Commands, scratch: Path) -> None:
    arguments = with_file(scratch, DEPLOY.replace("name: cancer", "name: altered"))
    local.mlflow("create", "-t", LOCAL, "--name", "first", "-m", "models:/cancer/1", *arguments)
    pack = shown(local.mlflow("get", "-t", LOCAL, "--name", "first").out)["pack"]
    local.mlflow("delete", "-t", LOCAL, "--name", "first")
    home = Path(local.environ["OCI_MLFLOW_HOME"])
    stored = altered(home / "buckets" / "team" / "packs" / pack.partition("team/")[2])
    subprocess.run(["rm", "-rf", home / "cache"], check=True)  # noqa: S607

    told = refused(local, *arguments)

    assert re.search(r"sha256", told), told
    assert_nothing_left(local)
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
    assert_nothing_left(local)


def test_a_score_py_that_raises_answers_500_as_oci_does(local: Commands, scratch: Path) -> None:
    (scratch / "mine.py").write_text(
        "def load_model():\n    return None\n\n"
        "def predict(data, model=load_model()):\n    raise RuntimeError('no luck')\n"
    )
    arguments = with_file(scratch, DEPLOY + "      scoreCode: mine.py\n")
    local.mlflow("create", "-t", LOCAL, "--name", "raising", "-m", "models:/cancer/1", *arguments)
    found = shown(local.mlflow("get", "-t", LOCAL, "--name", "raising").out)
    (scratch / "row.json").write_text(json.dumps({"dataframe_split": REFERENCE_ROW}))

    status, body = post(f"{found['url']}/predict", REFERENCE_ROW)
    done = local.mlflow("predict", "-t", LOCAL, "--name", "raising", "-I", str(scratch / "row.json"), code=1)

    assert status == 500
    assert body["code"] == "InternalServerError"
    assert "no luck" in body["message"]
    assert done.err.startswith("Error: deployment 'raising' answered 500 InternalServerError: ")


def test_a_model_that_takes_too_long_to_load_goes_on_and_can_be_deleted(local: Commands) -> None:
    done = local.mlflow("create", "-t", LOCAL, "--name", "slow", "-m", "models:/slow/1", "-C", "timeout=12", code=1)

    assert re.search(
        r"^Error: deployment 'slow' \(ocid1\.\S+\): still waiting for .+ after 12 s; it was left as it is and goes on$",
        done.err,
        re.MULTILINE,
    ), done.err
    assert shown(local.mlflow("get", "-t", LOCAL, "--name", "slow").out)["state"] == "CREATING"
    local.mlflow("delete", "-t", LOCAL, "--name", "slow")
    assert_nothing_left(local)


def test_payloads_that_are_too_large_or_break_the_signature(local: Commands) -> None:
    local.mlflow("create", "-t", LOCAL, "--name", "cancer", "-m", "models:/cancer/1")
    url = shown(local.mlflow("get", "-t", LOCAL, "--name", "cancer").out)["url"]

    too_large = post(f"{url}/predict", b" " * (10 * 1024 * 1024 + 1))
    broken = post(f"{url}/predict", {"dataframe_records": [{"mean radius": "wide"}]})

    assert (too_large[0], too_large[1]["code"]) == (413, "PayloadTooLarge")
    assert broken[0] == 400
    assert "mean texture" in broken[1]["message"]
