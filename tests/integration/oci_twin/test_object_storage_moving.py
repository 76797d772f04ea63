"""Objects that get another name, and copies."""

from __future__ import annotations

from typing import Any

import oci
import pytest
from oci.object_storage.models import CopyObjectDetails, RenameObjectDetails
from oci_twin.twin import Twin


@pytest.fixture
def etag(twin: Twin, storage: Any) -> str:
    answer = storage.put_object(twin.namespace, twin.bucket, "old", b"content", opc_meta={"k": "v"})
    return str(answer.headers["etag"])


def test_a_renamed_object_has_only_its_new_name(twin: Twin, storage: Any, etag: str) -> None:
    details = RenameObjectDetails(source_name="old", new_name="new/name", src_obj_if_match_e_tag=etag)

    storage.rename_object(twin.namespace, twin.bucket, details)

    got = storage.get_object(twin.namespace, twin.bucket, "new/name")
    assert (got.data.content, got.headers["opc-meta-k"]) == (b"content", "v")
    assert [one.name for one in storage.list_objects(twin.namespace, twin.bucket).data.objects] == ["new/name"]


def test_a_renamed_object_replaces_nothing_when_it_must_not(twin: Twin, storage: Any, etag: str) -> None:
    storage.put_object(twin.namespace, twin.bucket, "new", b"other")
    details = RenameObjectDetails(source_name="old", new_name="new", new_obj_if_none_match_e_tag="*")

    with pytest.raises(oci.exceptions.ServiceError) as refused:
        storage.rename_object(twin.namespace, twin.bucket, details)

    assert (refused.value.status, refused.value.code) == (412, "IfNoneMatchFailed")


def test_a_copy_lives_on_without_its_source(twin: Twin, storage: Any, etag: str) -> None:
    details = CopyObjectDetails(
        source_object_name="old",
        destination_region="us-ashburn-1",
        destination_namespace=twin.namespace,
        destination_bucket=twin.bucket,
        destination_object_name="copy",
    )

    answer = storage.copy_object(twin.namespace, twin.bucket, details)
    storage.delete_object(twin.namespace, twin.bucket, "old")

    request = storage.get_work_request(answer.headers["opc-work-request-id"]).data
    assert (request.status, request.operation_type) == ("COMPLETED", "COPY_OBJECT")
    assert storage.get_object(twin.namespace, twin.bucket, "copy").data.content == b"content"


def test_what_the_twin_puts_itself_is_an_object_like_others(twin: Twin, storage: Any, tmp_path: Any) -> None:
    file = tmp_path / "artifact.zip"
    file.write_bytes(b"zip" * 1000)

    assert twin.store.write(twin.namespace, twin.bucket, "exported", file)
    assert not twin.store.write(twin.namespace, "other", "exported", file)

    file.unlink()
    assert storage.get_object(twin.namespace, twin.bucket, "exported").data.content == b"zip" * 1000
