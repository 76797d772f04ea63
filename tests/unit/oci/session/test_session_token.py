from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import requests

from oci_mlflow_core.errors import InvalidRequestError, NotAuthorizedError
from oci_mlflow_core.testing.clock import ManualClock
from oci_mlflow_plugin.adapters.oci.session.credentials import Credentials
from oci_mlflow_plugin.adapters.oci.session.profile import Place, read_profile
from oci_mlflow_plugin.adapters.oci.session.session_token import session_token
from oci_mlflow_plugin.adapters.oci.session.settings import Settings

Token = Callable[[float], str]


@pytest.fixture
def token_file(tmp_path: Path, clock: ManualClock, make_token: Token) -> Path:
    file = tmp_path / "token"
    file.write_text(make_token(clock.now().timestamp() + 3600) + "\n")
    return file


@pytest.fixture
def place(write_config: Callable[..., Path], write_key: Callable[..., Path], token_file: Path) -> Place:
    keys = {"security_token_file": str(token_file), "key_file": str(write_key()), "tenancy": "t", "region": "iad"}
    return Place(file=write_config(SESSION=keys), profile="SESSION")


@pytest.fixture
def credentials(place: Place, clock: ManualClock) -> Credentials:
    return session_token(read_profile(place), Settings({}), clock)


def key_id(credentials: Credentials) -> str:
    request = requests.Request("GET", "http://127.0.0.1/x", auth=credentials.data_plane_auth).prepare()
    return request.headers["authorization"].split('keyId="')[1].split('"')[0]


def test_the_token_is_the_key_id(credentials: Credentials, token_file: Path) -> None:
    assert key_id(credentials) == f"ST${token_file.read_text().strip()}"


def test_region_and_tenancy_are_the_profiles(credentials: Credentials) -> None:
    assert (credentials.region, credentials.tenancy_id, credentials.kind) == ("iad", "t", "security_token")


def test_a_token_that_was_refreshed_meanwhile_is_used(
    credentials: Credentials, token_file: Path, clock: ManualClock, make_token: Token
) -> None:
    clock.advance(3000)
    token_file.write_text(make_token(clock.now().timestamp() + 3600))

    assert key_id(credentials) == f"ST${token_file.read_text()}"


def test_a_token_that_has_expired_is_told_with_the_command_that_renews_it(place: Place, clock: ManualClock) -> None:
    clock.advance(3600 + 240)

    with pytest.raises(NotAuthorizedError) as refused:
        session_token(read_profile(place), Settings({}), clock)

    assert str(refused.value) == f"the session token of {place} expired 4 min ago"
    assert refused.value.hint == (
        f"Renew it: oci session refresh --profile SESSION --config-file {place.file} "
        "(a session that has ended: oci session authenticate)"
    )


def test_a_token_that_expires_in_the_middle_of_a_command_is_told(
    credentials: Credentials, place: Place, clock: ManualClock
) -> None:
    clock.advance(3600)

    with pytest.raises(NotAuthorizedError) as refused:
        key_id(credentials)

    assert str(refused.value) == f"the session token of {place} expired 0 min ago"


@pytest.mark.parametrize("text", ["", "no token", "a.b.c", "a.W10.c"])
def test_a_file_without_a_token_is_told(place: Place, clock: ManualClock, token_file: Path, text: str) -> None:
    token_file.write_text(text)

    with pytest.raises(InvalidRequestError) as refused:
        session_token(read_profile(place), Settings({}), clock)

    assert str(refused.value) == f"{token_file} of {place} holds no session token"
    assert refused.value.hint == (
        f"Begin a session: oci session authenticate --profile-name SESSION --config-location {place.file}"
    )


def test_a_missing_token_file_is_told(place: Place, clock: ManualClock, token_file: Path) -> None:
    token_file.unlink()

    with pytest.raises(InvalidRequestError) as refused:
        session_token(read_profile(place), Settings({}), clock)

    assert str(refused.value) == (
        f"the session token {token_file} of {place} cannot be read: No such file or directory"
    )


def test_neither_token_nor_key_is_in_the_repr(credentials: Credentials, token_file: Path) -> None:
    assert token_file.read_text().strip() not in repr(credentials)
