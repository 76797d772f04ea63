from __future__ import annotations

import socket
from datetime import datetime, timezone

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from oci.auth.signers import SecurityTokenSigner
from oci.exceptions import ServiceError
from oci.object_storage import ObjectStorageClient
from oci.retry import NoneRetryStrategy

from oci_mlflow_core import errors
from oci_mlflow_core.errors import DeploymentError
from oci_mlflow_plugin.adapters.oci.session.errors import (
    AbsentOrForbiddenError,
    PreconditionError,
    failure_of,
    translated,
    without_secrets,
)
from oci_mlflow_plugin.adapters.oci.session.hints import clock_hint, policy_for
from oci_mlflow_plugin.adapters.oci.session.verdicts import retry_after

WHAT = "create the model deployment 'fraud'"


def refusal(status: int, code: str | None = "Code", message: str = "Said so.", **more: str) -> ServiceError:
    return ServiceError(status, code, {"opc-request-id": "ABC"}, message, **more)


def error_for(fault: Exception) -> DeploymentError:
    error, cause = translated(WHAT, fault)
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (400, "InvalidParameter", errors.InvalidRequestError),
        (400, "LimitExceeded", errors.QuotaExceededError),
        (400, "QuotaExceeded", errors.QuotaExceededError),
        (400, "RelatedResourceNotAuthorizedOrNotFound", errors.NotAuthorizedError),
        (401, "NotAuthenticated", errors.NotAuthorizedError),
        (403, "NotAllowed", errors.NotAuthorizedError),
        (404, "NotAuthorizedOrNotFound", AbsentOrForbiddenError),
        (404, None, AbsentOrForbiddenError),
        (405, "MethodNotAllowed", errors.InvalidRequestError),
        (409, "IncorrectState", errors.ConflictError),
        (409, "InvalidatedRetryToken", errors.ConflictError),
        (412, "NoEtagMatch", PreconditionError),
        (413, "RequestEntityTooLarge", errors.InvalidRequestError),
        (429, "TooManyRequests", errors.ThrottledError),
        (500, "InternalServerError", errors.UnavailableError),
        (501, "MethodNotImplemented", errors.ServiceError),
        (503, "ServiceUnavailable", errors.UnavailableError),
        (599, "Odd", errors.UnavailableError),
        (418, "Teapot", errors.ServiceError),
    ],
)
def test_the_status_gives_the_class_and_the_code_refines_it(
    status: int, code: str | None, kind: type[DeploymentError]
) -> None:
    assert type(error_for(refusal(status, code))) is kind


def test_the_sentence_has_operation_answer_message_and_request_id() -> None:
    error = error_for(refusal(409, "IncorrectState", "The deployment is\n  UPDATING."))

    assert str(error) == (
        "could not create the model deployment 'fraud': OCI answered 409 IncorrectState: "
        "The deployment is UPDATING (opc-request-id ABC)"
    )


def test_an_answer_to_head_has_neither_code_nor_message() -> None:
    error = error_for(ServiceError(404, None, {}, None))

    assert str(error) == "could not create the model deployment 'fraud': OCI answered 404"


def test_the_number_of_attempts_is_told() -> None:
    error, _ = translated(WHAT, refusal(503), attempts=6)

    assert str(error) == (
        "could not create the model deployment 'fraud': OCI answered 503 Code: Said so, after 6 attempts "
        "(opc-request-id ABC)"
    )


def test_the_cause_keeps_what_oci_said() -> None:
    failure = failure_of(error_for(refusal(409, "IncorrectState")))

    assert failure is not None
    assert (failure.status, failure.code, failure.request_id) == (409, "IncorrectState", "ABC")
    assert str(failure) == "create the model deployment 'fraud': 409 IncorrectState"
    assert isinstance(failure.__cause__, ServiceError)


def test_an_error_of_another_origin_has_no_such_cause() -> None:
    assert failure_of(errors.UnavailableError("no")) is None


@pytest.mark.parametrize(
    ("status", "hint"),
    [
        (
            404,
            (
                "It does not exist, or the caller may not see it; OCI does not say which. The policy that permits it: "
                "allow group <group> to manage data-science-model-deployments in compartment <compartment>"
            ),
        ),
        (
            403,
            (
                "The policy that permits it: "
                "allow group <group> to manage data-science-model-deployments in compartment <compartment>"
            ),
        ),
        (
            401,
            (
                "OCI does not know the caller: compare the key's fingerprint with the one in the console, see that "
                "this machine's clock is right (5 minutes are tolerated), and renew a session with "
                "'oci session refresh'."
            ),
        ),
        (409, "Look at its state, and run the command again when nothing else works on it."),
        (412, "Something else changed it meanwhile; look at it, and run the command again."),
        (429, "Run the command again later."),
        (503, "Run the command again later; what it had made is found again."),
        (400, ""),
    ],
)
def test_hints(status: int, hint: str) -> None:
    fault = refusal(status, target_service="data_science", operation_name="create_model_deployment")

    assert error_for(fault).hint == hint


@pytest.mark.parametrize(
    ("date", "hint"),
    [
        ("Thu, 01 Jan 2026 00:47:00 GMT", "This machine's clock is 47 min behind OCI's, which tolerates 5; set it."),
        ("Wed, 31 Dec 2025 23:50:00 GMT", "This machine's clock is 10 min ahead of OCI's, which tolerates 5; set it."),
        ("Thu, 01 Jan 2026 00:05:00 GMT", ""),
        ("not a date", ""),
        ("", ""),
    ],
)
def test_a_clock_that_is_wrong_is_told_from_the_answers_date(date: str, hint: str) -> None:
    now = datetime(2026, 1, 1, tzinfo=timezone.utc)

    assert clock_hint(401, {"date": date}, now) == hint


def test_the_clock_is_no_matter_where_the_caller_is_known() -> None:
    now = datetime(2026, 1, 1, tzinfo=timezone.utc)

    assert clock_hint(404, {"date": "Thu, 01 Jan 2026 00:47:00 GMT"}, now) == ""


def test_the_hint_of_a_401_is_the_clock_where_that_is_the_cause() -> None:
    fault = ServiceError(401, "NotAuthenticated", {"date": "Thu, 01 Jan 1970 00:00:00 GMT"}, "no")

    assert "OCI's, which tolerates 5; set it." in error_for(fault).hint


def test_a_limit_hints_at_limits() -> None:
    assert error_for(refusal(400, "LimitExceeded")).hint == (
        "Ask for a higher limit in the console (Limits, Quotas and Usage), or free what is not needed."
    )


@pytest.mark.parametrize(
    ("service", "operation", "policy"),
    [
        ("data_science", "get_model", "read data-science-models"),
        ("data_science", "list_model_deployments", "read data-science-model-deployments"),
        ("data_science", "create_model_provenance", "manage data-science-models"),
        ("data_science", "list_work_request_logs", "read data-science-work-requests"),
        ("object_storage", "put_object", "manage objects"),
        ("object_storage", "head_bucket", "read buckets"),
        ("log_search", "search_logs", "read log-content"),
        ("logging_management", "get_log", "read log-groups"),
    ],
)
def test_policies_by_operation(service: str, operation: str, policy: str) -> None:
    assert policy_for(service, operation) == f"allow group <group> to {policy} in compartment <compartment>"


@pytest.mark.parametrize(
    ("service", "operation", "policy"),
    [
        ("limits", "get_resource_availability", "read resource-availability"),
        ("object_storage", "get_namespace", "read objectstorage-namespaces"),
        ("identity", "get_compartment", "read compartments"),
    ],
)
def test_what_belongs_to_no_compartment_is_permitted_in_the_tenancy(service: str, operation: str, policy: str) -> None:
    assert policy_for(service, operation) == f"allow group <group> to {policy} in tenancy"


def test_an_unknown_operation_has_no_policy() -> None:
    assert policy_for("vault", "get_secret") == ""


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("keyId ST$eyJhbGciOi.J9-x_y.zz rejected", "keyId (a token) rejected"),
        ("token eyJhbGciOiJSUzI1NiJ9.eyJleHAiOjF9.sig here", "token (a token) here"),
        ("a -----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY----- b", "a (a private key) b"),
        ("a -----BEGIN PRIVATE KEY-----\nMII", "a (a private key)"),
        ("an ordinary message", "an ordinary message"),
    ],
)
def test_secrets_are_taken_out(text: str, clean: str) -> None:
    assert without_secrets(text) == clean


def test_a_secret_in_what_oci_says_is_not_told() -> None:
    error = error_for(refusal(401, "NotAuthenticated", "unknown key ST$abc.def.ghi"))

    assert str(error) == (
        "could not create the model deployment 'fraud': OCI answered 401 NotAuthenticated: unknown key (a token) "
        "(opc-request-id ABC)"
    )


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120.0),
        ("Thu, 01 Jan 2026 00:01:00 GMT", 60.0),
        ("Wed, 31 Dec 2025 00:00:00 GMT", 0.0),
        ("soon", None),
        ("", None),
        ("-5", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(header: str, seconds: float | None) -> None:
    now = datetime(2026, 1, 1, tzinfo=timezone.utc)

    assert retry_after({"retry-after": header}, now) == seconds


# --- what the SDK really raises --------------------------------------------------------------------------------


def raised_by_the_sdk(endpoint: str, key: rsa.RSAPrivateKey) -> Exception:
    client = ObjectStorageClient(
        {"region": "us-ashburn-1"},
        signer=SecurityTokenSigner("token", key),
        service_endpoint=endpoint,
        retry_strategy=NoneRetryStrategy(),
        timeout=(1.0, 0.2),
    )
    try:
        client.get_namespace()
    except Exception as fault:  # noqa: BLE001 - whatever it is
        return fault
    raise AssertionError


@pytest.fixture
def listening() -> socket.socket:
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(5)
    return server


def test_a_port_where_nobody_listens(listening: socket.socket, rsa_key: rsa.RSAPrivateKey) -> None:
    port = listening.getsockname()[1]
    listening.close()

    error = error_for(raised_by_the_sdk(f"http://127.0.0.1:{port}", rsa_key))

    assert type(error) is errors.UnavailableError
    assert str(error) == (
        f"could not create the model deployment 'fraud': no answer from http://127.0.0.1:{port}: Connection refused"
    )


def test_a_server_that_says_nothing(listening: socket.socket, rsa_key: rsa.RSAPrivateKey) -> None:
    port = listening.getsockname()[1]

    error = error_for(raised_by_the_sdk(f"http://127.0.0.1:{port}", rsa_key))
    listening.close()

    assert str(error) == (
        f"could not create the model deployment 'fraud': no answer from http://127.0.0.1:{port}: "
        "nothing came within the time limit"
    )


def test_a_name_that_does_not_resolve(rsa_key: rsa.RSAPrivateKey, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> object:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)

    error = error_for(raised_by_the_sdk("https://objectstorage.example", rsa_key))

    assert str(error) == (
        "could not create the model deployment 'fraud': no answer from https://objectstorage.example: "
        "its name does not resolve"
    )
    assert error.hint == "See that the region is right, and that this network reaches OCI."
