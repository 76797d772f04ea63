"""Objects that come in parts."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import oci
import pytest
from attrs import frozen
from oci.object_storage.models import (
    CommitMultipartUploadDetails,
    CommitMultipartUploadPartDetails,
    CreateMultipartUploadDetails,
)
from oci_twin.twin import Twin


@frozen
class Upload:
    """One multipart upload of the object ``big``."""

    twin: Twin
    storage: Any
    id: str

    @property
    def where(self) -> tuple[str, str, str, str]:
        return self.twin.namespace, self.twin.bucket, "big", self.id

    def put(self, number: int, body: Any, **options: Any) -> Any:
        return self.storage.upload_part(*self.where, number, body, **options)

    def commit(self, parts: list[tuple[int, str]], exclude: list[int] | None = None, **options: Any) -> Any:
        wanted = [CommitMultipartUploadPartDetails(part_num=number, etag=etag) for number, etag in parts]
        details = CommitMultipartUploadDetails(parts_to_commit=wanted, parts_to_exclude=exclude)
        return self.storage.commit_multipart_upload(*self.where, details, **options)


@pytest.fixture
def upload(twin: Twin, storage: Any) -> Upload:
    return _created(twin, storage)


def _created(twin: Twin, storage: Any, **options: Any) -> Upload:
    details = CreateMultipartUploadDetails(
        object="big", content_type="application/gzip", metadata={"opc-meta-manifest": "{}"}
    )
    made = storage.create_multipart_upload(twin.namespace, twin.bucket, details, **options).data
    return Upload(twin, storage, made.upload_id)


def _md5(data: bytes) -> bytes:
    return hashlib.md5(data, usedforsecurity=False).digest()


def test_parts_become_one_object(twin: Twin, storage: Any, upload: Upload) -> None:
    first, second = b"1" * 700_000, b"2" * 300
    etags = [upload.put(2, second).headers["etag"], upload.put(1, first).headers["etag"]]

    done = upload.commit([(1, etags[1]), (2, etags[0])])

    got = storage.get_object(twin.namespace, twin.bucket, "big")
    assert got.data.content == first + second
    assert got.headers["opc-meta-manifest"] == "{}"
    assert got.headers["content-type"] == "application/gzip"
    assert got.headers["etag"] == done.headers["etag"]
    digest = base64.b64encode(_md5(_md5(first) + _md5(second))).decode() + "-2"
    assert done.headers["opc-multipart-md5"] == got.headers["opc-multipart-md5"] == digest


def test_a_range_crosses_parts(twin: Twin, storage: Any, upload: Upload) -> None:
    etags = [upload.put(number, body).headers["etag"] for number, body in enumerate((b"0123", b"45", b"6789"), 1)]
    upload.commit(list(enumerate(etags, 1)))

    got = storage.get_object(twin.namespace, twin.bucket, "big", range="bytes=3-7")

    assert got.data.content == b"34567"


def test_an_object_of_many_parts_is_one_file_for_who_reads_it_here(twin: Twin, storage: Any, upload: Upload) -> None:
    etags = [upload.put(number, b"%03d" % number).headers["etag"] for number in range(1, 81)]
    upload.commit(list(enumerate(etags, 1)))
    whole = b"".join(b"%03d" % number for number in range(1, 81))

    path = twin.store.read(twin.namespace, twin.bucket, "big")

    assert path is not None
    assert path.read_bytes() == whole
    assert storage.get_object(twin.namespace, twin.bucket, "big").data.content == whole
    assert list(twin.state.blobs.iterdir()) == [path]


def test_a_part_is_answered_with_its_digest_and_an_opaque_etag(upload: Upload) -> None:
    answer = upload.put(1, b"content")

    digest = base64.b64encode(_md5(b"content")).decode()
    assert answer.status == 200
    assert answer.headers["opc-content-md5"] == digest
    assert answer.headers["etag"] != digest


def test_a_corrupt_part_is_refused_when_its_digest_is_sent(upload: Upload) -> None:
    with pytest.raises(oci.exceptions.ServiceError) as refused:
        upload.put(1, b"content", content_md5=base64.b64encode(_md5(b"other")).decode())

    assert (refused.value.status, refused.value.code) == (400, "UnmatchedContentMD5")


def test_parts_are_listed_by_number_and_pages(storage: Any, upload: Upload) -> None:
    for number in (3, 1, 2):
        upload.put(number, b"x" * number)

    listed = oci.pagination.list_call_get_all_results(storage.list_multipart_upload_parts, *upload.where, limit=2).data

    assert [(part.part_number, part.size) for part in listed] == [(1, 1), (2, 2), (3, 3)]


def test_a_part_that_is_sent_again_takes_the_place_of_the_first(twin: Twin, storage: Any, upload: Upload) -> None:
    upload.put(1, b"wrong" * 100_000)
    etag = upload.put(1, b"right").headers["etag"]

    upload.commit([(1, etag)])

    assert storage.get_object(twin.namespace, twin.bucket, "big").data.content == b"right"
    assert len(list(twin.state.blobs.iterdir())) == 1


def test_uploads_are_listed_until_they_are_committed_or_aborted(twin: Twin, storage: Any, upload: Upload) -> None:
    other = _created(twin, storage)
    listed = storage.list_multipart_uploads(twin.namespace, twin.bucket).data
    upload.commit([(1, upload.put(1, b"x").headers["etag"])])
    storage.abort_multipart_upload(*other.where)

    assert [(one.upload_id, one.object) for one in listed] == [(upload.id, "big"), (other.id, "big")]
    assert storage.list_multipart_uploads(twin.namespace, twin.bucket).data == []


def test_an_aborted_upload_leaves_nothing(twin: Twin, storage: Any, upload: Upload) -> None:
    upload.put(1, b"x" * 500_000)

    assert storage.abort_multipart_upload(*upload.where).status == 204

    assert list(twin.state.blobs.iterdir()) == []
    with pytest.raises(oci.exceptions.ServiceError) as refused:
        upload.put(2, b"late")
    assert (refused.value.status, refused.value.code) == (404, "UploadNotFound")


def test_a_part_with_another_etag_is_refused(upload: Upload) -> None:
    upload.put(1, b"x")

    with pytest.raises(oci.exceptions.ServiceError) as refused:
        upload.commit([(1, "other")])

    assert (refused.value.status, refused.value.code) == (400, "InvalidUploadPart")


def test_parts_out_of_order_are_refused(upload: Upload) -> None:
    etags = [upload.put(number, b"x").headers["etag"] for number in (1, 2)]

    with pytest.raises(oci.exceptions.ServiceError) as refused:
        upload.commit([(2, etags[1]), (1, etags[0])])

    assert (refused.value.status, refused.value.code) == (400, "InvalidUploadPartOrder")


def test_every_part_is_committed_or_excluded(twin: Twin, storage: Any, upload: Upload) -> None:
    etags = [upload.put(number, b"%d" % number).headers["etag"] for number in (1, 2)]

    with pytest.raises(oci.exceptions.ServiceError) as refused:
        upload.commit([(1, etags[0])])
    upload.commit([(1, etags[0])], exclude=[2])

    assert refused.value.code == "InvalidUploadPart"
    assert storage.get_object(twin.namespace, twin.bucket, "big").data.content == b"1"
    assert len(list(twin.state.blobs.iterdir())) == 1


@pytest.mark.parametrize("number", [0, 10_001])
def test_part_numbers_are_from_1_to_10000(upload: Upload, number: int) -> None:
    with pytest.raises(oci.exceptions.ServiceError) as refused:
        upload.put(number, b"x")

    assert (refused.value.status, refused.value.code) == (400, "InvalidUploadPartNumber")


def test_an_upload_over_an_object_is_refused_at_its_creation(twin: Twin, storage: Any) -> None:
    storage.put_object(twin.namespace, twin.bucket, "big", b"x")

    with pytest.raises(oci.exceptions.ServiceError) as refused:
        _created(twin, storage, if_none_match="*")

    assert (refused.value.status, refused.value.code) == (412, "IfNoneMatchFailed")


def test_of_two_uploads_the_second_to_be_committed_is_refused(twin: Twin, storage: Any) -> None:
    first, second = _created(twin, storage, if_none_match="*"), _created(twin, storage, if_none_match="*")
    etags = [one.put(1, body).headers["etag"] for one, body in ((first, b"first"), (second, b"second"))]
    first.commit([(1, etags[0])], if_none_match="*")

    with pytest.raises(oci.exceptions.ServiceError) as refused:
        second.commit([(1, etags[1])], if_none_match="*")

    assert (refused.value.status, refused.value.code) == (412, "IfNoneMatchFailed")
    assert storage.get_object(twin.namespace, twin.bucket, "big").data.content == b"first"


@pytest.mark.parametrize("metadata", [{"manifest": "{}"}, {"opc-meta-m": "a\nb"}, {"opc-meta-m": "\u20ac"}])
def test_metadata_is_what_headers_can_hold_and_begins_with_opc_meta(
    twin: Twin, storage: Any, metadata: dict[str, str]
) -> None:
    details = CreateMultipartUploadDetails(object="big", metadata=metadata)

    with pytest.raises(oci.exceptions.ServiceError) as refused:
        storage.create_multipart_upload(twin.namespace, twin.bucket, details)

    assert (refused.value.status, refused.value.code) == (400, "InvalidMetadata")
