"""An engine of the tests' own comes, works and goes without a trace."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rig.engine.daemon import Daemon, EngineError
from rig.engine.found import LABEL, docker, remove_of_tests
from rig.needed import lacking

_TESTS = Path(__file__).parents[3]
_LIFE = Path(__file__).with_name("life_of_an_engine.py")


@pytest.fixture
def folder() -> Iterator[Path]:
    """Of a short name, because of the sockets."""
    with tempfile.TemporaryDirectory(prefix="engine-") as folder:
        yield Path(folder) / "e"


def _life(folder: Path) -> dict[str, Any]:
    """What an engine of the tests' own did, in a network of its own, so that no other engine is met."""
    if os.geteuid() != 0 or shutil.which("dockerd", path="/usr/sbin:/usr/bin:/usr/local/bin") is None:
        lacking("dockerd is not installed, or may not be started by this user")
    command = ["unshare", "--net", sys.executable, str(_LIFE), str(folder)]
    environ = {**os.environ, "PYTHONPATH": str(_TESTS)}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environ)
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


@pytest.fixture
def image(tmp_path: Path, engine: str) -> Iterator[str]:
    """An image that does nothing, with the rig's label."""
    archive = tmp_path / "nothing.tar"
    with tarfile.open(archive, "w"):
        pass
    name = f"oci-mlflow-rig/nothing:{tmp_path.name.lower()}"
    docker(engine, "import", "--change", f"LABEL {LABEL}=nothing", "--change", 'CMD ["/nothing"]', str(archive), name)
    yield name
    docker(engine, "rmi", "--force", name)


def test_it_answers_below_its_folder_and_leaves_no_trace_of_itself(folder: Path) -> None:
    told = _life(folder)

    assert told["host"] == f"unix://{folder}/docker.sock"
    assert told["answered"]
    assert told["network before"] != told["network meanwhile"]
    assert told["network before"] == told["network after"]
    assert not folder.exists()
    assert str(folder) not in Path("/proc/mounts").read_text(encoding="utf-8")


def test_a_second_start_finds_the_first(folder: Path) -> None:
    told = _life(folder)

    assert told["second start"] == told["host"]
    assert told["pid then"] == told["pid"]


def test_it_does_not_start_beside_an_engine_whose_network_it_would_remove(folder: Path) -> None:
    assert _life(folder)["beside another"] == (
        "another engine's network, docker0, is on this machine, and that engine does not answer; "
        "let DOCKER_HOST name it"
    )


def test_one_that_does_not_come_up_says_what_it_said(folder: Path) -> None:
    folder.mkdir()
    (folder / "data").write_text("no folder", encoding="utf-8")

    told = _life(folder)

    assert told["error"].startswith("dockerd did not come up:\n")
    assert "data" in told["error"]
    assert not folder.exists()


def test_a_folder_whose_name_is_too_long_for_sockets_is_told(tmp_path: Path) -> None:
    long = tmp_path / ("x" * 60)

    with pytest.raises(EngineError) as caught:
        Daemon(long).start()

    assert str(caught.value) == f"{long}: an engine makes sockets there, whose paths would be too long"


def test_the_command_takes_the_engine_that_is_there(engine: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "rig.engine", "up", str(tmp_path / "engine")]

    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(_TESTS), "DOCKER_HOST": engine},
    )

    assert done.stdout == f"{engine}\n"
    assert not (tmp_path / "engine").exists()


def test_what_carries_the_rigs_label_is_removed_from_somebodys_engine(engine: str, image: str) -> None:
    made = docker(engine, "create", image)
    assert made.returncode == 0, made.stderr
    container = made.stdout.strip()

    remove_of_tests(engine, image)

    assert docker(engine, "inspect", container).returncode != 0
    assert docker(engine, "image", "inspect", image).returncode != 0


def test_the_image_has_a_program_that_says_it_is_no_conda(engine: str, conda_image: str) -> None:
    said = docker(engine, "run", "--rm", "--network", "none", conda_image, "conda", "--version")

    assert said.stdout.startswith("conda-on-rattler (py-rattler ")
