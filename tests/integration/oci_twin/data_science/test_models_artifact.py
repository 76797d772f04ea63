from __future__ import annotations

import base64
import hashlib
import io

import pytest
import requests
from integration.oci_twin.data_science.rig import REPEATED, Science, refused, serving
from oci_twin.data_science.behaviour import Behaviour

CONTENT = b"0123456789"


def test_an_artifact_comes_back_as_it_went(science: Science) -> None:
    model_id = science.model(artifact=None)

    response = science.client.create_model_artifact(model_id, CONTENT)

    assert response.status == 204
    assert science.client.get_model_artifact_content(model_id).data.content == CONTENT


def test_an_artifact_can_be_a_file(science: Science) -> None:
    model_id = science.model(artifact=None)
    content = b"x" * (3 << 20)

    science.client.create_model_artifact(model_id, io.BytesIO(content))

    assert science.client.get_model_artifact_content(model_id).data.content == content


def test_the_head_of_an_artifact_says_its_length_and_digest(science: Science) -> None:
    model_id = science.model(artifact=None)
    science.client.create_model_artifact(model_id, CONTENT, content_disposition='attachment; filename="a.zip"')

    headers = science.client.head_model_artifact(model_id).headers

    digest = base64.b64encode(hashlib.md5(CONTENT, usedforsecurity=False).digest()).decode()
    assert (headers["content-length"], headers["content-md5"]) == ("10", digest)
    assert headers["content-disposition"] == 'attachment; filename="a.zip"'
    assert headers["etag"]
    assert headers["last-modified"].endswith("GMT")


def test_an_artifact_that_was_given_no_name_is_called_after_its_model(science: Science) -> None:
    model_id = science.model()

    headers = science.client.head_model_artifact(model_id).headers

    assert headers["content-disposition"] == f'attachment; filename="{model_id}.zip"'


@pytest.mark.parametrize(
    ("wanted", "found", "where"),
    [
        ("bytes=2-4", b"234", "bytes 2-4/10"),
        ("bytes=7-", b"789", "bytes 7-9/10"),
        ("bytes=-3", b"789", "bytes 7-9/10"),
        ("bytes=8-99", b"89", "bytes 8-9/10"),
    ],
)
def test_a_part_of_an_artifact_is_handed_out(science: Science, wanted: str, found: bytes, where: str) -> None:
    model_id = science.model(artifact=CONTENT)

    response = science.client.get_model_artifact_content(model_id, range=wanted)

    assert (response.status, response.data.content, response.headers["content-range"]) == (206, found, where)


def test_a_part_beyond_the_end_is_refused(science: Science) -> None:
    model_id = science.model(artifact=CONTENT)

    assert refused(science.client.get_model_artifact_content, model_id, range="bytes=10-")[0] == 416


def test_a_second_artifact_is_refused(science: Science) -> None:
    model_id = science.model()

    answer = refused(science.client.create_model_artifact, model_id, b"other")

    assert answer == (409, "Conflict", f"{model_id} has an artifact, which cannot be replaced.")
    assert science.client.get_model_artifact_content(model_id).data.content == b"zip"


def test_an_empty_artifact_is_refused(science: Science) -> None:
    answer = refused(science.client.create_model_artifact, science.model(artifact=None), b"")

    assert answer == (400, "InvalidParameter", "The artifact is empty.")


def test_a_model_without_an_artifact_has_no_content(science: Science) -> None:
    model_id = science.model(artifact=None)

    assert refused(science.client.get_model_artifact_content, model_id)[:2] == (404, "NotAuthorizedOrNotFound")
    assert refused(science.client.head_model_artifact, model_id)[0] == 404


def test_an_artifact_over_the_limit_is_refused() -> None:
    with serving(behaviour=Behaviour(max_artifact_bytes=9)) as science:
        model_id = science.model(artifact=None)

        answer = refused(science.client.create_model_artifact, model_id, CONTENT)

        message = "The artifact has 10 bytes; at most 9 can be uploaded directly."
        assert answer == (413, "RequestEntityTooLarge", message)
        assert refused(science.client.head_model_artifact, model_id)[0] == 404


def test_two_gigabytes_is_the_limit() -> None:
    assert Behaviour().max_artifact_bytes == 2_147_483_648


def test_the_etag_of_a_model_guards_its_artifact(science: Science) -> None:
    model_id = science.model(artifact=None)

    answer = refused(science.client.create_model_artifact, model_id, CONTENT, if_match="old")

    assert answer[:2] == (412, "NoEtagMatch")


def test_a_retried_upload_is_answered_as_the_first(science: Science) -> None:
    model_id = science.model(artifact=None)
    science.client.create_model_artifact(model_id, CONTENT, opc_retry_token=REPEATED)

    again = science.client.create_model_artifact(model_id, CONTENT, opc_retry_token=REPEATED)

    assert again.status == 204


def test_the_artifact_of_a_deleted_model_is_gone(science: Science) -> None:
    model_id = science.model()
    science.client.delete_model(model_id)

    assert refused(science.client.get_model_artifact_content, model_id)[0] == 404


def test_content_without_a_signature_is_refused(science: Science) -> None:
    url = f"{science.twin.url}/20190101/models/{science.model()}/artifact/content"

    assert requests.get(url, timeout=10).status_code == 401
