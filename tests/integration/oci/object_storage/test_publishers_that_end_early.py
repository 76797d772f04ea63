"""Publishers that are killed at any call, or stopped with Ctrl-C, in processes of their own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest
from integration.oci.object_storage import ending_early, rig
from oci_twin.twin import Twin

from oci_mlflow_core.model.pack import PackFile
from oci_mlflow_core.testing.progress_sink import RecordingStep
from oci_mlflow_plugin.adapters.oci.object_storage.store import OciPackStore

#: The calls of a publisher in order; the parts are the 7th to the 10th, and the 11th commits.
CALLS = 11
CREATION, FIRST_PART = 6, 7
KILLED = signal.SIGKILL
#: Of a publisher of a pack that is being made: two more, for it writes the note again, with the digest, before the end.
STREAM_CALLS = 13


class Publishers:
    """Starts publishers that end at a given call."""

    def __init__(self, stdin: IO[str], stdout: IO[str]) -> None:
        self._stdin, self._stdout = stdin, stdout

    def end(self, number: signal.Signals, call: int, how: str = "file") -> int:
        """How it ended: negative for a signal, else its exit code."""
        self._stdin.write(f"{number.value} {call} {how}\n")
        self._stdin.flush()
        return os.waitstatus_to_exitcode(int(self._stdout.readline()))


@pytest.fixture(scope="module")
def publishers(serving: Twin, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Publishers]:
    folder = tmp_path_factory.mktemp("publishers")
    arguments = [serving.url, str(serving.config_file), str(folder / "home"), str(folder / "pack")]
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    with (folder / "errors").open("w") as errors:
        process = subprocess.Popen(
            [sys.executable, str(ending_early.__file__), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            env=environ,
        )
        assert process.stdin
        assert process.stdout
        yield Publishers(process.stdin, process.stdout)
        process.stdin.close()
        process.wait(10)
        process.stdout.close()


@pytest.fixture
def pack(tmp_path: Path) -> PackFile:
    return rig.large_pack(tmp_path / "pack")


@pytest.mark.parametrize("call", range(1, CALLS + 1))
def test_after_a_kill_nothing_is_found_and_the_next_run_publishes_and_leaves_nothing(
    *, twin: Twin, publishers: Publishers, store: OciPackStore, pack: PackFile, step: RecordingStep, call: int
) -> None:
    ended = publishers.end(KILLED, call)
    found = store.find(rig.LOCATION)

    published = store.publish(rig.LOCATION, pack, step)

    assert (ended, found) == (-KILLED, None)
    assert published == store.find(rig.LOCATION)
    assert len(rig.objects_in(twin)) == 3
    assert rig.open_uploads(twin) == []


@pytest.mark.parametrize("arrived", range(1, rig.PARTS + 1))
def test_after_a_kill_only_the_missing_parts_are_sent(
    *,
    twin: Twin,
    publishers: Publishers,
    store: OciPackStore,
    pack: PackFile,
    step: RecordingStep,
    arrived: int,
    tmp_path: Path,
) -> None:
    publishers.end(KILLED, FIRST_PART + arrived)
    twin.faults.forget_calls()

    store.publish(rig.LOCATION, pack, step)

    fetched = store.fetch(rig.LOCATION, tmp_path / "fetched", RecordingStep("fetch"))
    assert rig.calls_of(twin, "upload_part") == rig.PARTS - arrived
    assert rig.calls_of(twin, "create_multipart_upload") == 0
    assert (fetched.path.read_bytes(), fetched.lock) == (pack.path.read_bytes(), pack.lock)


def test_after_a_kill_an_upload_that_somebody_else_began_since_is_not_gone_on_with(
    twin: Twin, publishers: Publishers, store: OciPackStore, pack: PackFile, step: RecordingStep
) -> None:
    publishers.end(KILLED, CREATION)
    client, details = rig.client_of(twin), {"object": rig.LOCATION.path}
    theirs = client.create_multipart_upload(rig.NAMESPACE, rig.BUCKET, details).data.upload_id
    client.upload_part(rig.NAMESPACE, rig.BUCKET, rig.LOCATION.path, theirs, 1, b"something else")

    published = store.publish(rig.LOCATION, pack, step)

    assert published == store.find(rig.LOCATION)
    assert rig.calls_of(twin, "create_multipart_upload") == 2
    assert rig.open_uploads(twin) == [theirs]


def test_after_a_kill_another_pack_goes_up_anew_and_the_killed_upload_is_aborted(
    twin: Twin, publishers: Publishers, store: OciPackStore, step: RecordingStep, tmp_path: Path
) -> None:
    publishers.end(KILLED, FIRST_PART + 2)
    twin.faults.forget_calls()

    store.publish(rig.LOCATION, rig.large_pack(tmp_path / "other", seed=2), step)

    assert rig.calls_of(twin, "upload_part") == rig.PARTS
    assert rig.calls_of(twin, "abort_multipart_upload") == 1
    assert rig.open_uploads(twin) == []


def test_after_a_kill_withdrawing_aborts_the_upload(twin: Twin, publishers: Publishers, store: OciPackStore) -> None:
    publishers.end(KILLED, FIRST_PART + 2)

    store.withdraw(rig.LOCATION)

    assert (rig.open_uploads(twin), rig.objects_in(twin)) == ([], [])


@pytest.mark.parametrize("call", range(FIRST_PART, CALLS))
def test_ctrl_c_leaves_nothing(twin: Twin, publishers: Publishers, call: int) -> None:
    ended = publishers.end(signal.SIGINT, call)

    assert ended == -signal.SIGINT
    assert (rig.open_uploads(twin), rig.objects_in(twin)) == ([], [])


@pytest.mark.parametrize("call", range(1, STREAM_CALLS + 1))
def test_after_a_kill_of_a_stream_nothing_is_found_and_the_next_one_publishes_and_leaves_nothing(
    *, twin: Twin, publishers: Publishers, store: OciPackStore, pack: PackFile, step: RecordingStep, call: int
) -> None:
    ended = publishers.end(KILLED, call, "stream")
    found = store.find(rig.LOCATION)

    published = rig.stream(store, pack, step)

    there = store.find(rig.LOCATION)
    assert (ended, found) == (-KILLED, None)
    assert there is not None
    assert (published.manifest, published.size) == (there.manifest, there.size)
    assert len(rig.objects_in(twin)) == 3
    assert rig.open_uploads(twin) == []


@pytest.mark.parametrize("arrived", range(1, rig.PARTS + 1))
def test_after_a_kill_of_a_stream_only_the_missing_parts_are_sent(
    *,
    twin: Twin,
    publishers: Publishers,
    store: OciPackStore,
    pack: PackFile,
    step: RecordingStep,
    arrived: int,
    tmp_path: Path,
) -> None:
    publishers.end(KILLED, FIRST_PART + arrived, "stream")
    twin.faults.forget_calls()

    rig.stream(store, pack, step)

    fetched = store.fetch(rig.LOCATION, tmp_path / "fetched", RecordingStep("fetch"))
    assert rig.calls_of(twin, "upload_part") == rig.PARTS - arrived
    assert rig.calls_of(twin, "create_multipart_upload") == 0
    assert (fetched.path.read_bytes(), fetched.lock) == (pack.path.read_bytes(), pack.lock)


def test_after_a_kill_of_a_stream_the_same_pack_as_a_file_leaves_nothing_of_it(
    twin: Twin, publishers: Publishers, store: OciPackStore, pack: PackFile, step: RecordingStep
) -> None:
    publishers.end(KILLED, FIRST_PART + 2, "stream")

    store.publish(rig.LOCATION, pack, step)

    assert (rig.open_uploads(twin), len(rig.objects_in(twin))) == ([], 3)


@pytest.mark.parametrize("call", range(FIRST_PART, STREAM_CALLS))
def test_ctrl_c_leaves_nothing_of_a_stream(twin: Twin, publishers: Publishers, call: int) -> None:
    ended = publishers.end(signal.SIGINT, call, "stream")

    assert ended == -signal.SIGINT
    assert (rig.open_uploads(twin), rig.objects_in(twin)) == ([], [])
