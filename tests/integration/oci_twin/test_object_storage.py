"""Namespace, buckets and objects, as the SDK sees them."""

from __future__ import annotations

import base64
import hashlib
import http.client
from pathlib import Path
from typing import Any

import oci
import pytest
import requests
from oci.object_storage.models import CreateBucketDetails, UpdateBucketDetails
from oci_twin.twin import Twin

NAME = "packs/cpu/a b+c@d/ü%2F.tar.gz"


@pytest.fixture
def put(twin: Twin, storage: Any) -> Any:
    def putter(name: str, body: Any = b"0123456789", **options: Any) -> Any:
        return storage.put_object(twin.namespace, twin.bucket, name, body, **options)

    return putter


@pytest.fixture
def digits(twin: Twin, put: Any) -> tuple[str, str, str]:
    put("digits")
    return twin.namespace, twin.bucket, "digits"


def _md5(data: bytes) -> str:
    return base64.b64encode(hashlib.md5(data, usedforsecurity=False).digest()).decode()


def test_the_namespace_is_a_json_string(twin: Twin, storage: Any) -> None:
    assert storage.get_namespace().data == twin.namespace


def test_an_object_comes_back_under_its_name_with_its_metadata(twin: Twin, storage: Any, put: Any) -> None:
    put(NAME, b"content", opc_meta={"manifest": '{"a": 1}'}, content_type="application/gzip")

    got = storage.get_object(twin.namespace, twin.bucket, NAME)

    assert got.data.content == b"content"
    assert got.headers["opc-meta-manifest"] == '{"a": 1}'
    assert got.headers["content-type"] == "application/gzip"
    assert got.headers["content-md5"] == _md5(b"content")


def test_a_put_is_answered_with_digest_etag_and_request_id(twin: Twin, storage: Any, put: Any) -> None:
    answer = put("a", b"content", opc_client_request_id="mine")

    head = storage.head_object(twin.namespace, twin.bucket, "a")
    assert answer.headers["opc-content-md5"] == _md5(b"content")
    assert answer.headers["etag"] == head.headers["etag"]
    assert answer.headers["last-modified"] == head.headers["last-modified"]
    assert answer.headers["opc-client-request-id"] == "mine"
    assert answer.request_id.count("/") == 2


def test_an_etag_says_nothing_of_the_content(put: Any) -> None:
    assert put("a").headers["etag"] != put("b").headers["etag"]


def test_a_large_body_goes_into_a_file_and_comes_back(twin: Twin, storage: Any, put: Any, tmp_path: Path) -> None:
    content = bytes(range(256)) * 20_000
    path = tmp_path / "pack"
    path.write_bytes(content)

    with path.open("rb") as file:
        put("pack", file)

    assert storage.get_object(twin.namespace, twin.bucket, "pack").data.content == content
    assert len(list(twin.state.blobs.iterdir())) == 1


def test_an_empty_object_is_one(twin: Twin, storage: Any, put: Any) -> None:
    put("empty", b"")

    assert storage.get_object(twin.namespace, twin.bucket, "empty").data.content == b""
    assert storage.head_object(twin.namespace, twin.bucket, "empty").headers["content-length"] == "0"


def test_a_body_of_unknown_length_is_received(twin: Twin, storage: Any) -> None:
    path = f"/n/{twin.namespace}/b/{twin.bucket}/o/stream"
    signed = storage.base_client.signer.without_content_headers(requests.Request("PUT", twin.url + path).prepare())
    headers = {name: signed.headers[name] for name in ("authorization", "date", "host")}
    connection = http.client.HTTPConnection(twin.url.removeprefix("http://"), timeout=10)

    connection.request("PUT", path, iter([b"abc" * 50_000, b"def" * 50_000]), headers, encode_chunked=True)
    answer = connection.getresponse()

    connection.close()
    got = storage.get_object(twin.namespace, twin.bucket, "stream").data.content
    assert answer.status == 200
    assert got == b"abc" * 50_000 + b"def" * 50_000


@pytest.mark.parametrize(
    ("asked", "content", "shown"),
    [
        ("bytes=2-4", b"234", "bytes 2-4/10"),
        ("bytes=7-", b"789", "bytes 7-9/10"),
        ("bytes=-2", b"89", "bytes 8-9/10"),
        ("bytes=8-99", b"89", "bytes 8-9/10"),
    ],
)
def test_a_range_is_a_part(storage: Any, digits: tuple[str, str, str], asked: str, content: bytes, shown: str) -> None:

    got = storage.get_object(*digits, range=asked)

    assert got.status == 206
    assert got.data.content == content
    assert got.headers["content-range"] == shown


def test_a_range_beyond_the_end_is_refused(storage: Any, digits: tuple[str, str, str]) -> None:
    with pytest.raises(oci.exceptions.ServiceError) as refused:
        storage.get_object(*digits, range="bytes=10-")

    assert (refused.value.status, refused.value.code) == (416, "InvalidRange")


def test_head_of_nothing_is_404_without_a_code(twin: Twin, storage: Any) -> None:
    with pytest.raises(oci.exceptions.ServiceError) as refused:
        storage.head_object(twin.namespace, twin.bucket, "nothing")

    assert (refused.value.status, refused.value.code) == (404, None)
    assert refused.value.request_id


@pytest.mark.parametrize(
    ("namespace", "bucket", "code"),
    [("other", "twin-bucket", "NamespaceNotFound"), (None, "other", "BucketNotFound"), (None, None, "ObjectNotFound")],
)
def test_what_is_missing_is_named(
    twin: Twin, storage: Any, namespace: str | None, bucket: str | None, code: str
) -> None:
    with pytest.raises(oci.exceptions.ServiceError) as refused:
        storage.get_object(namespace or twin.namespace, bucket or twin.bucket, "nothing")

    assert (refused.value.status, refused.value.code) == (404, code)


def test_two_creators_cannot_replace_each_other(twin: Twin, storage: Any, put: Any) -> None:
    put("a", b"first", if_none_match="*")

    with pytest.raises(oci.exceptions.ServiceError) as refused:
        put("a", b"second", if_none_match="*")

    assert (refused.value.status, refused.value.code) == (412, "IfNoneMatchFailed")
    assert storage.get_object(twin.namespace, twin.bucket, "a").data.content == b"first"


def test_only_the_etag_that_was_seen_is_replaced(put: Any) -> None:
    etag = put("a").headers["etag"]
    put("a", if_match=etag)

    with pytest.raises(oci.exceptions.ServiceError) as refused:
        put("a", if_match=etag)

    assert (refused.value.status, refused.value.code) == (412, "IfMatchFailed")


def test_what_is_not_there_matches_no_etag(put: Any) -> None:
    with pytest.raises(oci.exceptions.ServiceError) as refused:
        put("new", if_match="*")

    assert refused.value.status == 412


def test_an_object_that_one_has_is_not_sent_again(twin: Twin, storage: Any, put: Any) -> None:
    etag = put("a").headers["etag"]

    with pytest.raises(oci.exceptions.ServiceError) as refused:
        storage.get_object(twin.namespace, twin.bucket, "a", if_none_match=etag)

    assert refused.value.status == 304


@pytest.mark.parametrize("header", [{"content_md5": _md5(b"other")}, {"opc_content_sha256": "b3RoZXI="}])
def test_a_body_that_is_not_what_its_digest_says_is_refused(
    twin: Twin, storage: Any, put: Any, header: dict[str, str]
) -> None:
    with pytest.raises(oci.exceptions.ServiceError) as refused:
        put("a", b"content", **header)

    assert refused.value.status == 400
    assert refused.value.code.startswith("UnmatchedContent")
    assert storage.list_objects(twin.namespace, twin.bucket).data.objects == []


def test_a_body_that_is_what_its_digest_says_is_kept(put: Any) -> None:
    digest = base64.b64encode(hashlib.sha256(b"x" * 400_000).digest()).decode()

    answer = put("a", b"x" * 400_000, content_md5=_md5(b"x" * 400_000), opc_content_sha256=digest)

    assert answer.headers["opc-content-sha256"] == digest


def test_metadata_that_no_header_holds_is_refused(put: Any) -> None:
    with pytest.raises(oci.exceptions.ServiceError) as refused:
        put("a", opc_meta={"manifest": "x" * 4001})

    assert (refused.value.status, refused.value.code) == (400, "MetadataTooLarge")


def test_a_name_of_1025_bytes_is_refused(put: Any) -> None:
    put("n" * 1024)

    with pytest.raises(oci.exceptions.ServiceError) as refused:
        put("n" * 1025)

    assert (refused.value.status, refused.value.code) == (400, "InvalidObjectName")


def test_a_deleted_object_and_its_bytes_are_gone(twin: Twin, storage: Any, put: Any) -> None:
    put("a")

    assert storage.delete_object(twin.namespace, twin.bucket, "a").status == 204

    with pytest.raises(oci.exceptions.ServiceError) as refused:
        storage.delete_object(twin.namespace, twin.bucket, "a")
    assert (refused.value.status, refused.value.code) == (404, "ObjectNotFound")
    assert list(twin.state.blobs.iterdir()) == []


def test_what_is_being_read_survives_its_deletion(twin: Twin, storage: Any, put: Any) -> None:
    content = b"x" * 8_000_000
    put("a", content)
    got = storage.get_object(twin.namespace, twin.bucket, "a")

    storage.delete_object(twin.namespace, twin.bucket, "a")

    assert got.data.content == content


def test_a_bucket_is_made_changed_listed_and_deleted(twin: Twin, storage: Any) -> None:
    details = CreateBucketDetails(name="second", compartment_id=twin.compartment_id, freeform_tags={"a": "b"})

    made = storage.create_bucket(twin.namespace, details).data
    storage.update_bucket(twin.namespace, "second", UpdateBucketDetails(freeform_tags={}))

    assert made.freeform_tags == {"a": "b"}
    assert storage.get_bucket(twin.namespace, "second").data.freeform_tags == {}
    assert [one.name for one in storage.list_buckets(twin.namespace, twin.compartment_id).data] == [
        "second",
        "twin-bucket",
    ]
    storage.delete_bucket(twin.namespace, "second")
    with pytest.raises(oci.exceptions.ServiceError) as refused:
        storage.head_bucket(twin.namespace, "second")
    assert refused.value.status == 404


def test_a_bucket_is_made_once(twin: Twin, storage: Any) -> None:
    details = CreateBucketDetails(name=twin.bucket, compartment_id=twin.compartment_id)

    with pytest.raises(oci.exceptions.ServiceError) as refused:
        storage.create_bucket(twin.namespace, details)

    assert (refused.value.status, refused.value.code) == (409, "BucketAlreadyExists")


def test_a_bucket_with_objects_stays(twin: Twin, storage: Any, put: Any) -> None:
    put("a")

    with pytest.raises(oci.exceptions.ServiceError) as refused:
        storage.delete_bucket(twin.namespace, twin.bucket)

    assert (refused.value.status, refused.value.code) == (409, "BucketNotEmpty")


def test_buckets_are_listed_by_pages(twin: Twin, storage: Any) -> None:
    for name in ("b1", "b2", "b3"):
        storage.create_bucket(twin.namespace, CreateBucketDetails(name=name, compartment_id=twin.compartment_id))

    listed = oci.pagination.list_call_get_all_results(
        storage.list_buckets, twin.namespace, twin.compartment_id, limit=2
    ).data

    assert [one.name for one in listed] == ["b1", "b2", "b3", "twin-bucket"]
    assert [call[1] for call in twin.faults.calls].count("list_buckets") == 2


def test_a_method_that_no_route_has_is_405(twin: Twin) -> None:
    answer = requests.patch(f"{twin.url}/n", timeout=10)

    assert (answer.status_code, answer.json()["code"]) == (405, "MethodNotAllowed")
