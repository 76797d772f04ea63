"""What goes wrong with engines, images and builds is told as what it is, and leaves nothing."""

from __future__ import annotations

import gc
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from integration.builders.docker.bench import NOTHING, Bench
from integration.builders.docker.cut_line import CutLine
from oci_mlflow_builders.docker.names import OWNER_LABEL
from rig.engine.found import docker

from oci_mlflow_core.errors import BuildError

#: The SDK does not close the socket of a connection that fails; see `_collected`.
_LEAVES_SOCKETS = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")


@pytest.fixture(autouse=True)
def _collected() -> Iterator[None]:
    """What the SDK leaves open is collected within the test that makes it, not in one that comes later."""
    yield
    gc.collect()


def _own(bench: Bench) -> list[str]:
    return bench.containers(f"{socket.gethostname()}:{os.getpid()}")


def _failure(bench: Bench, image: str, **more: str) -> BuildError:
    with pytest.raises(BuildError) as caught:
        bench.build(bench.with_image(image), NOTHING, **more)
    return caught.value


def test_an_image_that_cannot_be_had_is_told_with_how_to_get_it(bench: Bench) -> None:
    fault = _failure(bench, "127.0.0.1:9/nowhere:1")

    assert fault.reason.startswith(
        f"the image 127.0.0.1:9/nowhere:1 is not in the engine at {bench.engine}, and pulling it failed: "
    )
    assert fault.hint == (
        "Pull or build it, or name another one: spec.runtime.spec.builderImage, or OCI_MLFLOW_BUILDER_IMAGE."
    )


@_LEAVES_SOCKETS
def test_an_engine_that_is_not_there_is_told(bench: Bench, tmp_path: Path) -> None:
    host = f"unix://{tmp_path}/nowhere.sock"

    fault = _failure(bench, bench.image, DOCKER_HOST=host)

    assert fault.reason == f"no container engine answers at {host} (No such file or directory)"
    assert fault.hint == "Start Docker or podman's socket, or let DOCKER_HOST name one that runs."


def test_an_image_without_conda_is_told(bench: Bench, image_of: Callable[[str], str]) -> None:
    image = image_of("exit 0")
    _take_conda_away(bench, image)

    fault = _failure(bench, image)

    assert fault.reason == f"the image {image} has no conda, mamba or micromamba"


def _take_conda_away(bench: Bench, image: str) -> None:
    made = docker(bench.engine, "create", "--entrypoint", "/bin/rm", image, "/usr/local/bin/conda")
    container = made.stdout.strip()
    docker(bench.engine, "start", "--attach", container)
    docker(bench.engine, "commit", container, image)
    docker(bench.engine, "rm", container)


def test_what_conda_says_is_told_when_it_fails(bench: Bench, image_of: Callable[[str], str]) -> None:
    image = image_of("echo 'LinkError: broken' >&2; exit 1")

    fault = _failure(bench, image)

    assert fault.reason == f"conda failed in a container of {image}"
    assert "LinkError: broken" in fault.log_tail
    assert _own(bench) == []


def test_a_full_disk_in_the_container_is_told_as_the_engines(bench: Bench, image_of: Callable[[str], str]) -> None:
    image = image_of("cat /dev/zero > /dev/full")

    fault = _failure(bench, image)

    assert fault.reason == f"no space left on the disk of the container engine at {bench.engine}"
    assert _own(bench) == []


def test_an_environment_that_cannot_be_made_relocatable_is_told(bench: Bench, image_of: Callable[[str], str]) -> None:
    image = image_of("mkdir -p /tmp/oci-mlflow/prefix/bin && ln -s /usr/bin/python3 /tmp/oci-mlflow/prefix/bin/python")

    fault = _failure(bench, image)

    assert fault.reason == ("/tmp/oci-mlflow/prefix is not an environment that conda made: it has no conda-meta/*.json")


@_LEAVES_SOCKETS
def test_an_engine_that_goes_away_in_mid_build_is_told(
    bench: Bench, image_of: Callable[[str], str], tmp_path: Path
) -> None:
    image = image_of("echo has begun; sleep 600")
    with CutLine(bench.engine) as line:
        bench.step.says = line.cut_at("has begun", bench.step.says)  # type: ignore[method-assign, assignment]

        fault = _failure(bench, image, DOCKER_HOST=line.host)

        left = _own(bench)
        for container in left:
            docker(bench.engine, "rm", "--force", container)
    assert fault.reason == f"the container engine at {line.host} went away while running the build"
    assert [
        f"container {container} in the engine at {line.host} (docker rm --force {container})" for container in left
    ] == list(fault.leftovers)


_BUILD = """
import sys
from pathlib import Path
from integration.builders.docker.bench import NOTHING, Bench
from oci_mlflow_core.testing.progress_sink import RecordingStep

class Told(RecordingStep):
    def says(self, text):
        print(text, flush=True)

engine, image, folder = sys.argv[1:]
bench = Bench(engine, image, Path(folder), {}, Told("build"))
bench.build(bench.with_image(image), NOTHING)
"""


def _begun(bench: Bench, image: str, folder: Path) -> subprocess.Popen[str]:
    """A process in which a build goes on."""
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[3]), *sys.path])}
    process = subprocess.Popen(
        [sys.executable, "-c", _BUILD, bench.engine, image, str(folder)],
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert any(line.strip() == "has begun" for line in process.stdout), process.communicate()[1]
    return process


def test_ctrl_c_ends_the_container(bench: Bench, image_of: Callable[[str], str], tmp_path: Path) -> None:
    with _begun(bench, image_of("echo has begun; sleep 600"), tmp_path / "other") as process:
        owner = f"{socket.gethostname()}:{process.pid}"
        before = bench.containers(owner)

        process.send_signal(subprocess.signal.SIGINT)  # type: ignore[attr-defined]
        complaint = process.communicate()[1]

    assert len(before) == 1
    assert bench.containers(owner) == []
    assert complaint.rstrip().endswith("KeyboardInterrupt")


def test_what_a_killed_process_left_is_removed_by_the_next_build(
    bench: Bench, image_of: Callable[[str], str], tmp_path: Path
) -> None:
    image = image_of("echo has begun; [ -e /dev/shm/never ] || sleep 600")
    with _begun(bench, image, tmp_path / "other") as process:
        owner = f"{socket.gethostname()}:{process.pid}"
        process.kill()
        process.communicate()
    left = bench.containers(owner)

    _failure(bench, "127.0.0.1:9/nowhere:1")

    assert len(left) == 1
    assert bench.containers(owner) == []


def test_containers_of_other_processes_are_left_alone(bench: Bench, image_of: Callable[[str], str]) -> None:
    image = image_of("exit 1")
    label = f"{OWNER_LABEL}=another-machine:1"
    theirs = docker(bench.engine, "create", "--label", label, image).stdout.strip()

    _failure(bench, image)

    assert docker(bench.engine, "rm", theirs).returncode == 0
