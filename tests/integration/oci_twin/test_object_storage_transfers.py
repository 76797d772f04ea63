"""The SDK's UploadManager."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import oci
import pytest
from oci_twin.http.faults import Fault
from oci_twin.twin import Twin

PART = 1024 * 1024


@pytest.fixture
def manager(storage: Any) -> Any:
    return oci.object_storage.UploadManager(storage, allow_parallel_uploads=True, parallel_process_count=3)


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    path = tmp_path / "pack"
    path.write_bytes(os.urandom(5 * PART + 17))
    return path


def _uploads(twin: Twin, storage: Any) -> list[Any]:
    return list(storage.list_multipart_uploads(twin.namespace, twin.bucket).data)


def test_a_file_goes_up_in_parallel_parts(twin: Twin, storage: Any, manager: Any, pack: Path) -> None:
    seen: list[int] = []

    answer = manager.upload_file(
        twin.namespace,
        twin.bucket,
        "pack",
        str(pack),
        part_size=PART,
        metadata={"m": "1"},
        progress_callback=seen.append,
    )

    got = storage.get_object(twin.namespace, twin.bucket, "pack")
    assert got.data.content == pack.read_bytes()
    assert got.headers["opc-meta-m"] == "1"
    assert answer.headers["opc-multipart-md5"].endswith("-6")
    assert sum(seen) == pack.stat().st_size
    assert _uploads(twin, storage) == []


def test_a_small_file_is_put_at_once(twin: Twin, manager: Any, pack: Path) -> None:
    manager.upload_file(twin.namespace, twin.bucket, "pack", str(pack), metadata={"m": "1"})

    assert [call[1] for call in twin.faults.calls] == ["put_object"]


def test_a_stream_goes_up_in_parts(twin: Twin, storage: Any, manager: Any, pack: Path) -> None:
    with pack.open("rb") as stream:
        manager.upload_stream(twin.namespace, twin.bucket, "pack", stream, part_size=PART)

    assert storage.get_object(twin.namespace, twin.bucket, "pack").data.content == pack.read_bytes()


def test_a_part_that_failed_is_sent_again_by_the_sdk(twin: Twin, storage: Any, manager: Any, pack: Path) -> None:
    twin.faults.add(Fault(operation="upload_part", status=500, skip=2))

    manager.upload_file(twin.namespace, twin.bucket, "pack", str(pack), part_size=PART)

    assert storage.get_object(twin.namespace, twin.bucket, "pack").data.content == pack.read_bytes()
    assert [call[2] for call in twin.faults.calls if call[1] == "upload_part"].count(500) == 1


def test_an_upload_that_broke_is_resumed_with_the_parts_that_are_there(
    twin: Twin, storage: Any, manager: Any, pack: Path
) -> None:
    content = pack.read_bytes()
    details = oci.object_storage.models.CreateMultipartUploadDetails(object="pack")
    begun = storage.create_multipart_upload(twin.namespace, twin.bucket, details).data
    for number in (1, 3):
        part = content[(number - 1) * PART : number * PART]
        storage.upload_part(twin.namespace, twin.bucket, "pack", begun.upload_id, number, part)
    twin.faults.forget_calls()

    manager.resume_upload_file(twin.namespace, twin.bucket, "pack", str(pack), begun.upload_id, part_size=PART)

    assert storage.get_object(twin.namespace, twin.bucket, "pack").data.content == content
    assert [call[1] for call in twin.faults.calls].count("upload_part") == 4
