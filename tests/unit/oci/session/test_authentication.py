from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import requests

from oci_mlflow_core.errors import InvalidRequestError, UnavailableError
from oci_mlflow_core.testing.clock import ManualClock
from oci_mlflow_plugin.adapters.oci.session.authentication import authenticated
from oci_mlflow_plugin.adapters.oci.session.settings import Settings

WriteConfig = Callable[..., Path]


def test_the_profile_gives_a_key_that_signs(
    write_config: WriteConfig, api_key_keys: dict[str, str], clock: ManualClock
) -> None:
    file = write_config(DEFAULT=api_key_keys)

    found = authenticated(None, Settings({"OCI_CONFIG_FILE": str(file)}), clock)

    request = requests.Request("GET", "https://example.com/", auth=found.data_plane_auth).prepare()
    key_id = f"{api_key_keys['tenancy']}/{api_key_keys['user']}/{api_key_keys['fingerprint']}"
    assert f'keyId="{key_id}"' in request.headers["authorization"]
    assert found.told == f"the profile DEFAULT of {file} (API key)"
    assert (found.kind, found.region, found.tenancy_id) == ("api_key", "us-ashburn-1", api_key_keys["tenancy"])


def test_the_targets_profile_is_read(
    write_config: WriteConfig, api_key_keys: dict[str, str], clock: ManualClock
) -> None:
    file = write_config(DEFAULT=api_key_keys, DEV={"region": "uk-london-1"})

    found = authenticated("DEV", Settings({"OCI_CONFIG_FILE": str(file)}), clock)

    assert found.region == "uk-london-1"


def test_our_variable_wins_over_the_sdks(
    write_config: WriteConfig, api_key_keys: dict[str, str], clock: ManualClock, tmp_path: Path
) -> None:
    theirs = write_config("theirs", DEFAULT={**api_key_keys, "region": "theirs"})
    ours = write_config("ours", DEFAULT={**api_key_keys, "region": "ours"})
    settings = Settings({"OCI_CONFIG_FILE": str(theirs), "OCI_MLFLOW_CONFIG_FILE": str(ours)})

    assert authenticated(None, settings, clock).region == "ours"


def test_the_sdks_variable_wins_over_the_file_in_the_home_folder(
    write_config: WriteConfig, api_key_keys: dict[str, str], clock: ManualClock, tmp_path: Path
) -> None:
    write_config(".oci/config", DEFAULT={**api_key_keys, "region": "home"})
    other = write_config("other", DEFAULT={**api_key_keys, "region": "other"})
    settings = Settings({"HOME": str(tmp_path), "OCI_CONFIG_FILE": str(other)})

    assert authenticated(None, settings, clock).region == "other"


def test_a_profile_with_a_token_file_is_a_session(
    write_config: WriteConfig,
    api_key_keys: dict[str, str],
    clock: ManualClock,
    tmp_path: Path,
    make_token: Callable[[float], str],
) -> None:
    (tmp_path / "token").write_text(make_token(clock.now().timestamp() + 60))
    file = write_config(DEFAULT={**api_key_keys, "security_token_file": str(tmp_path / "token")})

    found = authenticated(None, Settings({"OCI_CONFIG_FILE": str(file)}), clock)

    assert (found.kind, found.told) == ("security_token", f"the profile DEFAULT of {file} (session token)")


def test_a_kind_that_is_asked_for_wins_over_what_the_profile_looks_like(
    write_config: WriteConfig, api_key_keys: dict[str, str], clock: ManualClock
) -> None:
    file = write_config(DEFAULT={**api_key_keys, "security_token_file": "/none"})

    found = authenticated(None, Settings({"OCI_CONFIG_FILE": str(file), "OCI_CLI_AUTH": "api_key"}), clock)

    assert found.kind == "api_key"


def test_nothing_at_all_lists_what_was_looked_for(clock: ManualClock, tmp_path: Path) -> None:
    with pytest.raises(InvalidRequestError) as refused:
        authenticated(None, Settings({"HOME": str(tmp_path)}), clock)

    assert str(refused.value) == (
        "nothing here says who calls OCI:\n"
        "  OCI_MLFLOW_AUTH, OCI_IAM_TYPE, OCIFS_IAM_TYPE, OCI_CLI_AUTH: none is set\n"
        "  resource principal: OCI_RESOURCE_PRINCIPAL_VERSION is not set\n"
        f"  the profile DEFAULT of {tmp_path}/.oci/config: there is no such file"
    )
    assert refused.value.hint == (
        "The how-to on authentication shows every way; 'oci setup config' makes a profile with an API key."
    )


def test_what_is_asked_for_and_incomplete_names_who_asked(clock: ManualClock) -> None:
    settings = Settings({"OCI_IAM_TYPE": "resource_principal"})

    with pytest.raises(InvalidRequestError) as refused:
        authenticated(None, settings, clock)

    assert str(refused.value) == (
        "there is no resource principal here: OCI_RESOURCE_PRINCIPAL_VERSION is not set "
        "(OCI_IAM_TYPE asks for resource_principal)"
    )


def test_a_missing_file_is_told_when_a_variable_named_it(clock: ManualClock, tmp_path: Path) -> None:
    with pytest.raises(InvalidRequestError) as refused:
        authenticated(None, Settings({"OCI_CONFIG_FILE": f"{tmp_path}/none"}), clock)

    assert str(refused.value) == f"there is no OCI configuration file {tmp_path}/none (OCI_CONFIG_FILE)"


@pytest.mark.parametrize(
    ("key", "value", "form"),
    [
        ("user", "me", "an OCID"),
        ("tenancy", "ocid1.tenancy", "an OCID"),
        ("fingerprint", "AB:CD", "16 pairs of lower-case hexadecimal digits with ':' between"),
    ],
)
def test_malformed_keys_are_told(  # noqa: PLR0917 - fixtures and cases
    write_config: WriteConfig, api_key_keys: dict[str, str], clock: ManualClock, key: str, value: str, form: str
) -> None:
    file = write_config(DEFAULT={**api_key_keys, key: value})

    with pytest.raises(InvalidRequestError) as refused:
        authenticated(None, Settings({"OCI_CONFIG_FILE": str(file)}), clock)

    assert str(refused.value) == f"the profile DEFAULT of {file}: {key} is not {form}: '{value}'"


def test_an_incomplete_profile_lists_what_it_lacks(write_config: WriteConfig, clock: ManualClock) -> None:
    file = write_config(DEFAULT={"region": "us-ashburn-1", "user": "u"})

    with pytest.raises(InvalidRequestError) as refused:
        authenticated(None, Settings({"OCI_CONFIG_FILE": str(file)}), clock)

    assert str(refused.value) == f"the profile DEFAULT of {file} has no tenancy, fingerprint and key_file"


def test_a_profile_may_ask_for_an_instance_principal(
    write_config: WriteConfig, clock: ManualClock, unused_url: str
) -> None:
    file = write_config(DEFAULT={"authentication_type": "instance_principal", "region": "us-ashburn-1"})
    settings = Settings({"OCI_CONFIG_FILE": str(file), "OCI_METADATA_BASE_URL": f"{unused_url}/opc/v2"})

    with pytest.raises(UnavailableError) as refused:
        authenticated(None, settings, clock)

    address = unused_url.removeprefix("http://")
    assert str(refused.value) == (
        f"there is no instance principal here: the metadata service {address} (OCI_METADATA_BASE_URL) does not answer"
    )
    assert refused.value.hint == "Instance principals exist on compute instances of OCI alone."


def test_a_profile_with_an_unknown_kind_is_told(write_config: WriteConfig, clock: ManualClock) -> None:
    file = write_config(DEFAULT={"authentication_type": "magic"})

    with pytest.raises(InvalidRequestError) as refused:
        authenticated(None, Settings({"OCI_CONFIG_FILE": str(file)}), clock)

    assert str(refused.value) == (
        f"authentication_type in the profile DEFAULT of {file} names no kind of authentication: 'magic'"
    )


def test_a_delegation_token_that_nothing_names_is_told(write_config: WriteConfig, clock: ManualClock) -> None:
    file = write_config(DEFAULT={"region": "us-ashburn-1"})
    settings = Settings({"OCI_CONFIG_FILE": str(file), "OCI_CLI_AUTH": "instance_obo_user"})

    with pytest.raises(InvalidRequestError) as refused:
        authenticated(None, settings, clock)

    assert str(refused.value) == (
        "no file with a delegation token is named: neither delegation_token_file in the profile nor "
        "OCI_CLI_DELEGATION_TOKEN_FILE is set (OCI_CLI_AUTH asks for delegation_token)"
    )


@pytest.mark.parametrize(("text", "fault"), [(None, "cannot be read: No such file or directory"), ("\n", "is empty")])
def test_a_delegation_token_that_is_not_there_is_told(
    write_config: WriteConfig, clock: ManualClock, tmp_path: Path, text: str | None, fault: str
) -> None:
    token = tmp_path / "obo"
    if text is not None:
        token.write_text(text)
    file = write_config(DEFAULT={"authentication_type": "instance_principal", "delegation_token_file": str(token)})

    with pytest.raises(InvalidRequestError) as refused:
        authenticated(None, Settings({"OCI_CONFIG_FILE": str(file)}), clock)

    assert str(refused.value) == f"the delegation token {token} {fault}"
