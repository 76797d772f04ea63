"""How a model artifact goes through a bucket."""

from __future__ import annotations

import hashlib
import io
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import attrs
import pytest
from integration.oci.object_storage import rig
from oci_twin.twin import Twin

from oci_mlflow_core.errors import ArtifactError, DeploymentError, PackStoreError
from oci_mlflow_core.model.pack import ObjectLocation
from oci_mlflow_core.testing.progress_sink import RecordingStep
from oci_mlflow_plugin.adapters.oci.object_storage.artifacts import delete_object, upload_artifact
from oci_mlflow_plugin.adapters.oci.object_storage.sizes import Sizes
from oci_mlflow_plugin.adapters.oci.object_storage.store import OciPackStore

PREFIX = ObjectLocation.parse(f"oci://{rig.BUCKET}@{rig.NAMESPACE}/models")
SIZE = 1_000_000
#: Of 300 000 bytes.
PARTS = 4


@attrs.frozen
class Numbers:
    """An artifact that is made while it is read."""

    size: int
    #: What its stream has more, or less, than it should.
    more: int = 0

    @property
    def sha256(self) -> str:
        digest = hashlib.sha256()
        for block in self._blocks(self.size):
            digest.update(block)
        return digest.hexdigest()

    def open(self) -> BinaryIO:
        return io.BufferedReader(_Stream(self._blocks(self.size + self.more)))

    @staticmethod
    def _blocks(size: int) -> Iterator[bytes]:
        for start in range(0, size, 4096):
            yield bytes([start // 4096 % 251]) * min(4096, size - start)


class _Stream(io.RawIOBase):
    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._pieces = blocks

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        block = next(self._pieces, b"")[: len(buffer)]
        buffer[: len(block)] = block
        return len(block)


@pytest.fixture
def artifact() -> Numbers:
    return Numbers(SIZE)


def content_of(twin: Twin, location: ObjectLocation) -> bytes:
    return bytes(rig.client_of(twin).get_object(rig.NAMESPACE, rig.BUCKET, location.path).data.content)


def test_it_arrives_whole_in_parts(twin: Twin, store: OciPackStore, artifact: Numbers, step: RecordingStep) -> None:
    location = upload_artifact(store.connection, PREFIX, artifact, step, rig.SIZES)

    assert hashlib.sha256(content_of(twin, location)).hexdigest() == artifact.sha256
    assert rig.calls_of(twin, "upload_part") == PARTS
    assert step.moves[-1] == (SIZE, SIZE)


def test_a_small_one_arrives_in_one_call(twin: Twin, store: OciPackStore, step: RecordingStep) -> None:
    small = Numbers(1000)

    location = upload_artifact(store.connection, PREFIX, small, step, rig.SIZES)

    assert hashlib.sha256(content_of(twin, location)).hexdigest() == small.sha256
    assert rig.calls_of(twin, "put_object") == 1


def test_its_place_is_its_own(store: OciPackStore, artifact: Numbers, step: RecordingStep) -> None:
    location = upload_artifact(store.connection, PREFIX, artifact, step, rig.SIZES)

    assert str(location) == f"{PREFIX}/.artifacts/{artifact.sha256}.zip"


def test_the_same_one_is_not_sent_again(
    twin: Twin, store: OciPackStore, artifact: Numbers, step: RecordingStep
) -> None:
    upload_artifact(store.connection, PREFIX, artifact, step, rig.SIZES)
    twin.faults.forget_calls()

    upload_artifact(store.connection, PREFIX, artifact, step, rig.SIZES)

    assert [name for _, name, _ in twin.faults.calls] == ["head_object"]


def test_no_more_than_the_parts_on_their_way_are_in_memory(store: OciPackStore, step: RecordingStep) -> None:
    part, workers = 2_000_000, 2
    large = Numbers(40_000_000)
    upload_artifact(store.connection, PREFIX, Numbers(5_000_000), step, Sizes(part=part, workers=workers))
    tracemalloc.start()

    upload_artifact(store.connection, PREFIX, large, step, Sizes(part=part, workers=workers))

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    # the twin, in this process, receives as many as are sent, and a part is in two pieces while it is put together
    assert peak < part * (2 * workers + 3)


def test_a_failure_leaves_no_upload(twin: Twin, store: OciPackStore, artifact: Numbers, step: RecordingStep) -> None:
    rig.fail(twin, "upload_part", status=413, skip=2)

    with pytest.raises(DeploymentError):
        upload_artifact(store.connection, PREFIX, artifact, step, rig.SIZES)

    assert (rig.open_uploads(twin), rig.objects_in(twin)) == ([], [])


def test_what_a_killed_process_sent_is_not_sent_again(
    twin: Twin, store: OciPackStore, artifact: Numbers, step: RecordingStep
) -> None:
    rig.fail(twin, "upload_part", status=413, skip=2)
    rig.fail(twin, "abort_multipart_upload", status=403, times=None)
    sizes = attrs.evolve(rig.SIZES, workers=1)
    with pytest.raises(DeploymentError) as raised:
        upload_artifact(store.connection, PREFIX, artifact, step, sizes)
    twin.faults.clear()
    twin.faults.forget_calls()

    location = upload_artifact(store.connection, PREFIX, artifact, step, sizes)

    assert hashlib.sha256(content_of(twin, location)).hexdigest() == artifact.sha256
    assert rig.calls_of(twin, "upload_part") == PARTS - 2
    assert rig.open_uploads(twin) == []
    assert raised.value.leftovers[0].startswith(f"perhaps an unfinished upload of {location}: could not abort")


@pytest.mark.parametrize("more", [-1, 1])
def test_a_stream_of_another_length_is_an_error_and_leaves_nothing(
    twin: Twin, store: OciPackStore, step: RecordingStep, more: int
) -> None:
    with pytest.raises(ArtifactError) as raised:
        upload_artifact(store.connection, PREFIX, Numbers(SIZE, more), step, rig.SIZES)

    assert str(raised.value) == f"the artifact has {SIZE} bytes, but {SIZE + more} came when it was uploaded"
    assert (rig.open_uploads(twin), rig.objects_in(twin)) == ([], [])


def test_a_bucket_that_is_not_there_is_told(store: OciPackStore, artifact: Numbers, step: RecordingStep) -> None:
    with pytest.raises(PackStoreError, match="no bucket 'nowhere' in the namespace 'ns'") as raised:
        upload_artifact(store.connection, ObjectLocation.parse("oci://nowhere@ns/models"), artifact, step, rig.SIZES)

    assert raised.value.leftovers == ()


def test_an_object_is_deleted_once_and_again(twin: Twin, store: OciPackStore, tmp_path: Path) -> None:
    rig.client_of(twin).put_object(rig.NAMESPACE, rig.BUCKET, "models/one.zip", b"zip")

    delete_object(store.connection, PREFIX.child("one.zip"))
    delete_object(store.connection, PREFIX.child("one.zip"))

    assert rig.objects_in(twin) == []
