"""A twin with a folder of its own goes on where it ended."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import oci
import pytest
from integration.oci_twin.conftest import new_client
from oci.object_storage.models import (
    CommitMultipartUploadDetails,
    CommitMultipartUploadPartDetails,
    CreateMultipartUploadDetails,
)
from oci_twin.twin import Twin

TOKEN = "a" * 30


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def _storage(twin: Twin) -> Any:
    return new_client(twin, oci.object_storage.ObjectStorageClient)


def test_a_client_meets_the_same_twin_after_a_restart(home: Path) -> None:
    with Twin(home, runtime="none") as first:
        storage = _storage(first)
        storage.put_object(first.namespace, first.bucket, "a", b"content")

    with Twin(home, runtime="none") as second:
        assert second.url == first.url
        assert storage.get_object(first.namespace, first.bucket, "a").data.content == b"content"


def test_everything_that_it_began_with_keeps_its_name(home: Path) -> None:
    names = ("namespace", "bucket", "tenancy_id", "user_id", "compartment_id", "project_id", "log_group_id", "log_id")

    with Twin(home, runtime="none") as first:
        pass

    with Twin(home, runtime="none") as second:
        assert [getattr(first, name) for name in names] == [getattr(second, name) for name in names]
        assert first.sdk_config() == second.sdk_config()


def test_a_folder_is_one_twins(home: Path) -> None:
    with Twin(home, runtime="none") as twin:
        with pytest.raises(BlockingIOError, match="the folder is another running twin's"):
            Twin(home, runtime="none")

        assert _storage(twin).get_namespace().data == twin.namespace


def test_a_port_that_is_taken_is_said_and_the_folder_is_free_again(home: Path, twin: Twin) -> None:
    with pytest.raises(OSError, match="Address already in use"):
        Twin(home, runtime="none", port=int(twin.url.rpartition(":")[2]))

    with Twin(home, runtime="none") as other:
        assert _storage(other).get_namespace().data == other.namespace


def test_an_upload_goes_on(home: Path) -> None:
    with Twin(home, runtime="none") as first:
        details = CreateMultipartUploadDetails(object="big")
        upload = _storage(first).create_multipart_upload(first.namespace, first.bucket, details).data.upload_id
        where = (first.namespace, first.bucket, "big", upload)
        etag = _storage(first).upload_part(*where, 1, b"x" * 600_000).headers["etag"]

    with Twin(home, runtime="none") as second:
        part = CommitMultipartUploadPartDetails(part_num=1, etag=etag)
        _storage(second).commit_multipart_upload(*where, CommitMultipartUploadDetails(parts_to_commit=[part]))
        got = _storage(second).get_object(second.namespace, second.bucket, "big")
        assert got.data.content == b"x" * 600_000


def test_a_token_and_a_retry_token_stay_good(home: Path) -> None:
    details = oci.data_science.models.CreateProjectDetails(display_name="one")
    with Twin(home, runtime="none") as first:
        details.compartment_id = first.compartment_id
        science = new_client(first, oci.data_science.DataScienceClient)
        made = science.create_project(details, opc_retry_token=TOKEN).data

    with Twin(home, runtime="none"):
        assert science.create_project(details, opc_retry_token=TOKEN).data.id == made.id


def test_lines_of_logs_stay(home: Path) -> None:
    with Twin(home, runtime="none") as first:
        first.logs.append(first.log_id, first.clock.now() - timedelta(seconds=1), "source", "message")

    with Twin(home, runtime="none") as second:
        assert [line["message"] for line in second.logs.lines(second.log_id)] == ["message"]


def test_without_a_folder_nothing_stays() -> None:
    with Twin(runtime="none") as twin:
        folder = twin.state.folder
        assert folder.exists()

    assert not folder.exists()


def test_a_reset_puts_everything_back(twin: Twin, storage: Any) -> None:
    storage.put_object(twin.namespace, twin.bucket, "a", b"x" * 600_000)
    twin.logs.append(twin.log_id, twin.clock.now(), "source", "message")
    twin.quotas.set("ds-test-count", limit=1)

    twin.reset()

    assert storage.list_objects(twin.namespace, twin.bucket).data.objects == []
    assert list(twin.state.blobs.iterdir()) == []
    assert twin.logs.lines() == []
    assert "ds-test-count" not in twin.quotas.names()
