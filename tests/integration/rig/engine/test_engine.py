"""An engine of the tests' own comes, works and goes without a trace."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from rig.engine.daemon import Daemon, EngineError
from rig.engine.found import LABEL, answers, docker, remove_of_tests
from rig.needed import lacking

_SCRIPT = Path(__file__).parents[3]


@pytest.fixture
def folder() -> Path:
    """Of a short name, because of the sockets."""
    return Path(tempfile.mkdtemp(prefix="engine-")) / "e"


@pytest.fixture
def daemon(folder: Path) -> Iterator[Daemon]:
    """One that is stopped in any case."""
    if os.geteuid() != 0 or shutil.which("dockerd", path="/usr/sbin:/usr/bin:/usr/local/bin") is None:
        lacking("dockerd is not installed, or may not be started by this user")
    daemon = Daemon(folder)
    yield daemon
    if daemon.was_started:
        daemon.stop()
    shutil.rmtree(folder, ignore_errors=True)


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


def _rules() -> str:
    commands = [["iptables", "-t", table, "-S"] for table in ("filter", "nat")]
    return "".join(subprocess.run(one, capture_output=True, text=True, check=False).stdout for one in commands)


def test_it_answers_below_its_folder_and_leaves_no_trace_of_itself(daemon: Daemon, folder: Path) -> None:
    rules, forwarding = _rules(), Path("/proc/sys/net/ipv4/ip_forward").read_text(encoding="ascii")

    host = daemon.start()
    answered = answers(host)
    daemon.stop()

    assert answered
    assert host == f"unix://{folder}/docker.sock"
    assert not folder.exists()
    assert str(folder) not in Path("/proc/mounts").read_text(encoding="utf-8")
    assert rules == _rules()
    assert forwarding == Path("/proc/sys/net/ipv4/ip_forward").read_text(encoding="ascii")


def test_a_second_start_finds_the_first(daemon: Daemon, folder: Path) -> None:
    first = daemon.start()
    pid = (folder / "dockerd.pid").read_text(encoding="ascii")

    second = daemon.start()

    assert first == second
    assert pid == (folder / "dockerd.pid").read_text(encoding="ascii")


def test_one_that_does_not_come_up_says_what_it_said(daemon: Daemon, folder: Path) -> None:
    folder.mkdir()
    (folder / "data").write_text("no folder", encoding="utf-8")

    with pytest.raises(EngineError, match=r"(?s)^dockerd did not come up:\n.*data"):
        daemon.start()

    assert not daemon.was_started


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
        env={**os.environ, "PYTHONPATH": str(_SCRIPT), "DOCKER_HOST": engine},
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
