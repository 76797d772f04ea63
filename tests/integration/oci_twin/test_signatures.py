"""Who may call: signatures of API keys and of holders of tokens."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import oci
import pytest
import requests
from integration.oci_twin.conftest import new_client
from oci_twin.clock import ManualClock, SystemClock
from oci_twin.http import keys
from oci_twin.twin import Twin

STORAGE = oci.object_storage.ObjectStorageClient


def _refusal(call: Callable[[], Any]) -> tuple[int, str]:
    with pytest.raises(oci.exceptions.ServiceError) as refused:
        call()
    return refused.value.status, refused.value.code


@pytest.fixture
def other_key(tmp_path: Path) -> Path:
    path = tmp_path / "other.pem"
    path.write_bytes(keys.private_pem(keys.process_key("other")))
    return path


@pytest.fixture
def signer(storage: Any) -> Any:
    return storage.base_client.signer


def test_an_unsigned_call_is_refused(twin: Twin) -> None:
    answer = requests.get(f"{twin.url}/n", timeout=10)

    assert (answer.status_code, answer.json()["code"]) == (401, "NotAuthenticated")
    assert answer.headers["opc-request-id"]


def test_another_key_under_the_same_name_is_refused(twin: Twin, other_key: Path) -> None:
    client = new_client(twin, STORAGE, {**twin.sdk_config(), "key_file": str(other_key)})

    assert _refusal(client.get_namespace) == (401, "NotAuthenticated")


def test_an_unknown_user_is_refused(twin: Twin) -> None:
    client = new_client(twin, STORAGE, {**twin.sdk_config(), "user": "ocid1.user.oc1..other"})

    assert _refusal(client.get_namespace) == (401, "NotAuthenticated")


@pytest.mark.parametrize("seconds", [-301, 301])
def test_a_date_more_than_five_minutes_off_is_refused(seconds: float) -> None:
    with Twin(signature_clock=ManualClock(SystemClock().now() + timedelta(seconds=seconds))) as skewed:
        assert _refusal(new_client(skewed, STORAGE).get_namespace) == (401, "NotAuthenticated")


@pytest.mark.parametrize("seconds", [-280, 280])
def test_a_date_less_than_five_minutes_off_is_accepted(seconds: float) -> None:
    with Twin(signature_clock=ManualClock(SystemClock().now() + timedelta(seconds=seconds))) as skewed:
        assert new_client(skewed, STORAGE).get_namespace().data == skewed.namespace


def _signed(signer: Any, method: str, url: str, body: bytes) -> requests.PreparedRequest:
    request = requests.Request(method, url, data=body, headers={"content-type": "application/json"})
    return signer(request.prepare())  # type: ignore[no-any-return]


def _send(request: requests.PreparedRequest) -> tuple[int, str]:
    with requests.Session() as session:
        answer = session.send(request, timeout=10)
    return answer.status_code, answer.json()["code"] if answer.content else ""


def test_a_body_that_was_changed_after_signing_is_refused(twin: Twin, signer: Any) -> None:
    request = _signed(signer, "POST", f"{twin.url}/n/{twin.namespace}/b", b'{"name": "one"}')
    request.body = b'{"name": "two"}'

    assert _send(request) == (401, "NotAuthenticated")


def test_a_path_that_was_changed_after_signing_is_refused(twin: Twin, signer: Any) -> None:
    request = _signed(signer, "PUT", f"{twin.url}/n/{twin.namespace}/b/{twin.bucket}/o/one", b"x")
    request.url = request.url.replace("/one", "/two") if request.url else ""

    assert _send(request) == (401, "NotAuthenticated")


def test_a_query_that_was_changed_after_signing_is_refused(twin: Twin, signer: Any) -> None:
    request = _signed(signer, "GET", f"{twin.url}/n/{twin.namespace}/b/{twin.bucket}/o?prefix=a%2Fb", b"")
    request.url = request.url.replace("a%2Fb", "a/b") if request.url else ""

    assert _send(request) == (401, "NotAuthenticated")


def test_a_post_has_to_sign_its_body(twin: Twin, signer: Any) -> None:
    url = f"{twin.url}/n/{twin.namespace}/b"

    assert _send(_signed(signer.without_content_headers, "POST", url, b"{}")) == (401, "NotAuthenticated")


@pytest.mark.parametrize("whole", [True, False])
def test_an_upload_may_sign_its_body_and_need_not(twin: Twin, signer: Any, whole: bool) -> None:  # noqa: FBT001
    url = f"{twin.url}/n/{twin.namespace}/b/{twin.bucket}/o/one"

    assert _send(_signed(signer if whole else signer.without_content_headers, "PUT", url, b"x")) == (200, "")


def test_an_upload_that_signs_its_body_is_held_to_it(twin: Twin, signer: Any) -> None:
    request = _signed(signer, "PUT", f"{twin.url}/n/{twin.namespace}/b/{twin.bucket}/o/one", b"x")
    request.body = b"y"

    assert _send(request) == (401, "NotAuthenticated")


def _token_client(twin: Twin, token: str, key: Any) -> Any:
    signer = oci.auth.signers.SecurityTokenSigner(token, key)
    return new_client(twin, STORAGE, {"region": "us-ashburn-1"}, signer=signer)


def test_the_holder_of_a_token_may_call(twin: Twin) -> None:
    key = keys.process_key("other")

    client = _token_client(twin, twin.issue_token(key.public_key()), key)

    assert client.get_namespace().data == twin.namespace


def test_a_token_is_of_use_to_its_holder_only(twin: Twin) -> None:
    token = twin.issue_token(keys.process_key("other").public_key())

    client = _token_client(twin, token, keys.process_key("third"))

    assert _refusal(client.get_namespace) == (401, "NotAuthenticated")


def test_a_token_ends(twin: Twin) -> None:
    key = keys.process_key("other")

    client = _token_client(twin, twin.issue_token(key.public_key(), seconds=-1), key)

    assert _refusal(client.get_namespace) == (401, "NotAuthenticated")


def test_a_token_of_another_issuer_is_refused(twin: Twin, tmp_path: Path) -> None:
    key = keys.process_key("other")
    with Twin(tmp_path / "elsewhere") as other:
        token = other.issue_token(key.public_key())

    assert _refusal(_token_client(twin, token, key).get_namespace) == (401, "NotAuthenticated")


def test_a_token_that_is_none_is_refused(twin: Twin, signer: Any) -> None:
    request = _signed(signer, "GET", f"{twin.url}/n", b"")
    request.headers["authorization"] = request.headers["authorization"].replace(signer.api_key, "ST$a.b")

    assert _send(request) == (401, "NotAuthenticated")


@pytest.fixture
def resource_principal(twin: Twin, other_key: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The environment of a notebook or job that has a resource principal of version 2.2."""
    token = tmp_path / "rpst"
    token.write_text(
        twin.issue_token(keys.process_key("other").public_key(), {"sub": "ocid1.datasciencejobrun.oc1..a"})
    )
    monkeypatch.setenv("OCI_RESOURCE_PRINCIPAL_VERSION", "2.2")
    monkeypatch.setenv("OCI_RESOURCE_PRINCIPAL_RPST", str(token))
    monkeypatch.setenv("OCI_RESOURCE_PRINCIPAL_PRIVATE_PEM", str(other_key))
    monkeypatch.setenv("OCI_RESOURCE_PRINCIPAL_REGION", "us-ashburn-1")
    return token


def test_a_resource_principal_may_call(twin: Twin, resource_principal: Path) -> None:
    signer = oci.auth.signers.get_resource_principals_signer()

    assert new_client(twin, STORAGE, {}, signer=signer).get_namespace().data == twin.namespace


def test_a_resource_principal_reads_its_token_again_after_a_401(twin: Twin, resource_principal: Path) -> None:
    public = keys.process_key("other").public_key()
    renewed = resource_principal.read_text()
    resource_principal.write_text(twin.issue_token(public, seconds=-1))
    signer = oci.auth.signers.get_resource_principals_signer()
    client = new_client(twin, STORAGE, {}, signer=signer)
    resource_principal.write_text(renewed)

    assert client.get_namespace().data == twin.namespace
