from __future__ import annotations

import pytest

from oci_mlflow_core.errors import InvalidRequestError
from oci_mlflow_plugin.adapters.oci.session import endpoints
from oci_mlflow_plugin.adapters.oci.session.endpoints import endpoint_of
from oci_mlflow_plugin.adapters.oci.session.settings import Settings

ALL = (
    endpoints.DATA_SCIENCE,
    endpoints.OBJECT_STORAGE,
    endpoints.MODEL_DEPLOYMENT,
    endpoints.LOGGING,
    endpoints.LOG_SEARCH,
    endpoints.IDENTITY,
    endpoints.LIMITS,
)


def test_without_variables_the_sdk_decides() -> None:
    found = [endpoint_of(Settings({}), variable) for variable in ALL]

    assert found == [None] * len(ALL)


@pytest.mark.parametrize("variable", ALL)
def test_one_variable_serves_every_service(variable: str) -> None:
    settings = Settings({"OCI_MLFLOW_ENDPOINT": "http://127.0.0.1:8000"})

    assert endpoint_of(settings, variable) == "http://127.0.0.1:8000"


@pytest.mark.parametrize("variable", ALL)
def test_a_services_own_variable_wins(variable: str) -> None:
    settings = Settings({"OCI_MLFLOW_ENDPOINT": "http://127.0.0.1:8000", variable: "https://own.example"})

    assert endpoint_of(settings, variable) == "https://own.example"


def test_a_variable_that_is_empty_counts_as_not_set() -> None:
    settings = Settings({"OCI_MLFLOW_ENDPOINT": "http://127.0.0.1:8000", endpoints.LIMITS: " "})

    assert endpoint_of(settings, endpoints.LIMITS) == "http://127.0.0.1:8000"


def test_a_slash_at_the_end_is_left_out() -> None:
    settings = Settings({endpoints.LIMITS: "https://limits.example/"})

    assert endpoint_of(settings, endpoints.LIMITS) == "https://limits.example"


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("ftp://host", "'ftp://host' does not begin with http:// or https://"),
        ("127.0.0.1:8000", "'127.0.0.1:8000' does not begin with http:// or https://"),
        ("https://", "'https://' names no host that the oci SDK takes (letters, digits, '-', '_' and '.')"),
        (
            "http://[::1]:80",
            "'http://[::1]:80' names no host that the oci SDK takes (letters, digits, '-', '_' and '.')",
        ),
        ("http://a..b", "'http://a..b' names no host that the oci SDK takes (letters, digits, '-', '_' and '.')"),
        ("http://a:", "'http://a:' names no host that the oci SDK takes (letters, digits, '-', '_' and '.')"),
        ("http://a:port", "not a URL (Port could not be cast to integer value as 'port')"),
        ("https://host/20190101", "'/20190101' after the host has no place in an endpoint"),
        ("https://host?region=x", "'?region=x' after the host has no place in an endpoint"),
        ("https://me:secret@host", "a user or password has no place in an endpoint"),
    ],
)
def test_what_the_sdk_could_not_use_is_refused_by_the_variables_name(url: str, fault: str) -> None:
    settings = Settings({endpoints.LOGGING: url})

    with pytest.raises(InvalidRequestError) as refused:
        endpoint_of(settings, endpoints.LOGGING)

    assert str(refused.value) == f"OCI_MLFLOW_LOGGING_ENDPOINT: {fault}"
    assert refused.value.hint == "Expected https://HOST, http://HOST or either with :PORT, and nothing after it."


def test_the_variable_for_all_is_named_when_it_is_the_one() -> None:
    with pytest.raises(InvalidRequestError) as refused:
        endpoint_of(Settings({"OCI_MLFLOW_ENDPOINT": "nothing"}), endpoints.LOGGING)

    assert str(refused.value) == "OCI_MLFLOW_ENDPOINT: 'nothing' does not begin with http:// or https://"
