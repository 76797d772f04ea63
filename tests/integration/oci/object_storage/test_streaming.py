"""Packs that are published while they are being made."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from integration.oci.object_storage import rig, stream_of_size
from oci_twin.twin import Twin

from oci_mlflow_core.errors import DeploymentError, PackConflictError, PackCorruptError, PackStoreError
from oci_mlflow_core.model.pack import PackFile
from oci_mlflow_core.testing.progress_sink import RecordingStep
from oci_mlflow_plugin.adapters.oci.object_storage.sizes import Sizes
from oci_mlflow_plugin.adapters.oci.object_storage.store import OciPackStore


@pytest.fixture
def pack(tmp_path: Path) -> PackFile:
    return rig.large_pack(tmp_path / "pack")


def test_parts_go_up_while_the_pack_is_being_made(
    twin: Twin, store: OciPackStore, pack: PackFile, step: RecordingStep
) -> None:
    with store.begin(rig.LOCATION, pack.manifest, pack.lock, step) as publication:
        content = pack.path.read_bytes()
        publication.write(content)
        sent_before_the_end = rig.calls_of(twin, "upload_part")
        publication.commit(pack.sha256, pack.size)

    assert sent_before_the_end >= 1
    assert rig.calls_of(twin, "upload_part") == rig.PARTS


def test_what_fits_into_one_part_goes_in_one_call_with_its_digest(
    twin: Twin, store: OciPackStore, step: RecordingStep, tmp_path: Path
) -> None:
    small = rig.small_pack(tmp_path / "pack")

    stored = rig.stream(store, small, step)

    assert stored == store.find(rig.LOCATION)
    assert rig.calls_of(twin, "create_multipart_upload") == 0


def test_the_digest_of_a_large_pack_lies_beside_it(
    twin: Twin, store: OciPackStore, pack: PackFile, step: RecordingStep
) -> None:
    rig.stream(store, pack, step)

    [name] = [name for name in rig.objects_in(twin) if name.endswith(".sha256")]
    text = rig.client_of(twin).get_object(rig.NAMESPACE, rig.BUCKET, name).data.content.decode()
    assert text.splitlines()[-1] == f"{pack.sha256}  fraud_v1"


def test_a_pack_whose_digest_is_damaged_is_not_believed(
    twin: Twin, store: OciPackStore, pack: PackFile, step: RecordingStep, tmp_path: Path
) -> None:
    rig.stream(store, pack, step)
    [name] = [name for name in rig.objects_in(twin) if name.endswith(".sha256")]
    rig.client_of(twin).put_object(rig.NAMESPACE, rig.BUCKET, name, b"damaged")

    with pytest.raises(PackCorruptError) as refusal:
        store.fetch(rig.LOCATION, tmp_path / "fetched", step)

    assert str(refusal.value) == (f"{rig.LOCATION}: its digest cannot be read: the object {name} beside it is damaged")
    assert not (tmp_path / "fetched").exists()


def test_a_damaged_pack_is_found_out_by_the_digest_beside_it(
    twin: Twin, store: OciPackStore, pack: PackFile, step: RecordingStep, tmp_path: Path
) -> None:
    rig.stream(store, pack, step)
    client, place = rig.client_of(twin), (rig.NAMESPACE, rig.BUCKET, rig.LOCATION.path)
    headers = client.head_object(*place).headers
    kept = {name[9:]: text for name, text in headers.items() if name.startswith("opc-meta-")}
    client.put_object(*place, b"damaged", opc_meta=kept)

    with pytest.raises(PackStoreError, match=f"the pack is damaged: its sha256 was {pack.sha256} when"):
        store.fetch(rig.LOCATION, tmp_path / "fetched", step)


def test_a_part_that_cannot_be_sent_leaves_nothing(
    twin: Twin, store: OciPackStore, pack: PackFile, step: RecordingStep
) -> None:
    rig.fail(twin, "upload_part", skip=2, times=None, status=503)

    with pytest.raises(DeploymentError) as failure:
        rig.stream(store, pack, step)

    # the parts go up at the same time, so that any of them may be the third
    assert re.match(rf"could not upload part \d of {re.escape(str(rig.LOCATION))}: ", str(failure.value))
    assert (failure.value.leftovers, rig.open_uploads(twin), rig.objects_in(twin)) == ((), [], [])


def _send_again(twin: Twin, content: bytes) -> None:
    """The first part arrives once more, as a request does that OCI carries out after the one which repeated it."""
    client, [upload] = rig.client_of(twin), rig.open_uploads(twin)
    place = (rig.NAMESPACE, rig.BUCKET, rig.LOCATION.path, upload)
    deadline = time.monotonic() + 60
    while 1 not in {part.part_number for part in client.list_multipart_upload_parts(*place).data}:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    client.upload_part(*place, 1, content)


def test_a_part_that_arrives_once_more_after_it_was_repeated_does_no_harm(
    twin: Twin, store: OciPackStore, pack: PackFile, step: RecordingStep, tmp_path: Path
) -> None:
    content = pack.path.read_bytes()
    with store.begin(rig.LOCATION, pack.manifest, pack.lock, step) as publication:
        publication.write(content)
        _send_again(twin, content[: rig.PART])
        publication.commit(pack.sha256, pack.size)

    assert store.fetch(rig.LOCATION, tmp_path / "fetched", RecordingStep("fetch")).sha256 == pack.sha256
    assert rig.calls_of(twin, "commit_multipart_upload") == 2


def test_other_bytes_that_somebody_sends_as_a_part_are_not_published(
    twin: Twin, store: OciPackStore, pack: PackFile, step: RecordingStep
) -> None:
    content = pack.path.read_bytes()
    with (  # noqa: PT012 - what is refused is the end of the block
        pytest.raises(PackStoreError, match="others published there 8 times while this pack was on its way"),
        store.begin(rig.LOCATION, pack.manifest, pack.lock, step) as publication,
    ):
        publication.write(content)
        _send_again(twin, bytes(rig.PART))
        publication.commit(pack.sha256, pack.size)

    assert (rig.open_uploads(twin), rig.objects_in(twin)) == ([], [])


def test_a_connection_that_breaks_off_once_is_made_again(
    twin: Twin, store: OciPackStore, pack: PackFile, step: RecordingStep, tmp_path: Path
) -> None:
    rig.fail(twin, "upload_part", "reset_before", skip=1)

    rig.stream(store, pack, step)

    fetched = store.fetch(rig.LOCATION, tmp_path / "fetched", RecordingStep("fetch"))
    assert fetched.sha256 == pack.sha256


def test_a_commit_whose_answer_is_lost_is_a_success(
    twin: Twin, store: OciPackStore, pack: PackFile, step: RecordingStep
) -> None:
    rig.fail(twin, "commit_multipart_upload", "reset_after")

    rig.stream(store, pack, step)

    assert store.find(rig.LOCATION) is not None
    assert rig.open_uploads(twin) == []


def test_overwriting_meets_somebody_who_was_faster_and_wins(
    twin: Twin, store: OciPackStore, pack: PackFile, step: RecordingStep, tmp_path: Path
) -> None:
    theirs = rig.small_pack(tmp_path / "theirs", seed=7)
    with store.begin(rig.LOCATION, pack.manifest, pack.lock, step, overwrite=True) as publication:
        publication.write(pack.path.read_bytes())
        rig.client_of(twin).put_object(rig.NAMESPACE, rig.BUCKET, rig.LOCATION.path, theirs.path.read_bytes())
        publication.commit(pack.sha256, pack.size)

    assert store.fetch(rig.LOCATION, tmp_path / "fetched", step).sha256 == pack.sha256


def test_a_pack_of_another_tool_that_came_meanwhile_stays(
    twin: Twin, store: OciPackStore, pack: PackFile, step: RecordingStep
) -> None:
    with store.begin(rig.LOCATION, pack.manifest, pack.lock, step) as publication:
        publication.write(pack.path.read_bytes())
        rig.client_of(twin).put_object(rig.NAMESPACE, rig.BUCKET, rig.LOCATION.path, b"by hand")
        with pytest.raises(PackConflictError):
            publication.commit(pack.sha256, pack.size)

    assert (rig.open_uploads(twin), rig.objects_in(twin)) == ([], [rig.LOCATION.path])


def test_no_more_parts_than_workers_are_held(twin: Twin, tmp_path: Path, step: RecordingStep) -> None:
    store = rig.store_on(twin, tmp_path / "home", Sizes(part=1 << 20, workers=2, streamed_part=1 << 16))
    content = bytes(range(256)) * 4096

    with store.begin(rig.LOCATION, rig.small_pack(tmp_path / "pack").manifest, None, step) as publication:
        for offset in range(0, len(content), 1 << 14):
            publication.write(content[offset : offset + (1 << 14)])
        publication.commit(hashlib.sha256(content).hexdigest(), len(content))

    assert rig.calls_of(twin, "upload_part") == len(content) >> 16
    assert rig.calls_of(twin, "put_object") == 2


def _peak_of(twin: Twin, home: Path, megabytes: int) -> int:
    """The bytes that a process had in memory at most while it streamed a pack of that size."""
    home.mkdir()
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    arguments = [twin.url, str(twin.config_file), str(home), str(megabytes)]
    command = [sys.executable, str(stream_of_size.__file__), *arguments]
    return int(subprocess.run(command, check=True, capture_output=True, text=True, env=environ).stdout)


def test_a_large_pack_takes_no_more_memory_than_one_whose_parts_are_all_in_memory(twin: Twin, tmp_path: Path) -> None:
    sizes = Sizes()
    held = sizes.part_of_stream * (sizes.workers + 2)

    small = _peak_of(twin, tmp_path / "small", held // 1_000_000)
    twin.reset()
    large = _peak_of(twin, tmp_path / "large", 3 * held // 1_000_000)

    assert large - small < sizes.part_of_stream
