from __future__ import annotations

from pathlib import Path

import pytest

from oci_mlflow_core.errors import InvalidRequestError
from oci_mlflow_plugin.adapters.oci.session.principal_variables import refuse_incomplete, refuse_incomplete_pod
from oci_mlflow_plugin.adapters.oci.session.settings import Settings

P = "OCI_RESOURCE_PRINCIPAL_"


def refusal_of(**variables: str) -> str:
    with pytest.raises(InvalidRequestError) as refused:
        refuse_incomplete(Settings({f"{P}{name}": value for name, value in variables.items()}))
    return str(refused.value)


@pytest.mark.parametrize(
    ("version", "lacks"),
    [
        ("1.1", f"{P}RPT_ENDPOINT"),
        ("2.1", f"{P}RPT_ENDPOINT, {P}RPST_ENDPOINT, {P}RESOURCE_ID, {P}PRIVATE_PEM"),
        ("2.1.1", f"{P}RPT_ENDPOINT, {P}RPST_ENDPOINT, {P}RESOURCE_ID, {P}TENANCY_ID, {P}PRIVATE_PEM"),
        (
            "2.1.2",
            f"{P}RPT_ENDPOINT, {P}RPST_ENDPOINT, {P}RESOURCE_ID, {P}TENANCY_ID, {P}PRIVATE_PEM, {P}SECURITY_CONTEXT",
        ),
        ("2.2", f"{P}RPST, {P}PRIVATE_PEM, {P}REGION"),
    ],
)
def test_every_missing_variable_is_named(version: str, lacks: str) -> None:
    assert refusal_of(VERSION=version) == f"the resource principal (version {version}) lacks {lacks}"


def test_a_resource_within_a_resource_needs_both() -> None:
    assert refusal_of(VERSION="3.0", VERSION_FOR_LEAF_RESOURCE="2.2") == (
        "the resource principal (version 3.0) lacks "
        f"{P}RPST_FOR_LEAF_RESOURCE, {P}PRIVATE_PEM_FOR_LEAF_RESOURCE, {P}REGION_FOR_LEAF_RESOURCE, "
        f"{P}RPT_URL_FOR_PARENT_RESOURCE, {P}RPST_ENDPOINT_FOR_PARENT_RESOURCE"
    )


def test_an_unknown_version_is_told() -> None:
    with pytest.raises(InvalidRequestError) as refused:
        refuse_incomplete(Settings({f"{P}VERSION": "4.0"}))

    assert str(refused.value) == f"{P}VERSION is '4.0', which is no version that the oci SDK knows"
    assert refused.value.hint == "It knows 1.1, 2.1, 2.1.1, 2.1.2, 2.2, 3.0."


def test_an_unknown_version_of_the_inner_resource_is_told() -> None:
    assert refusal_of(VERSION="3.0") == (
        f"{P}VERSION_FOR_LEAF_RESOURCE is '', which is no version that the oci SDK knows"
    )


def test_a_file_that_is_not_there_is_told() -> None:
    assert refusal_of(VERSION="2.2", RPST="/none/token", PRIVATE_PEM="pem", REGION="iad") == (
        f"{P}RPST names /none/token, which is no file"
    )


def test_a_pass_phrase_for_a_key_in_a_file_is_refused_because_the_sdk_cannot(tmp_path: Path) -> None:
    (tmp_path / "key").touch()
    (tmp_path / "phrase").touch()

    assert refusal_of(
        VERSION="2.2",
        RPST="token",
        REGION="iad",
        PRIVATE_PEM=str(tmp_path / "key"),
        PRIVATE_PEM_PASSPHRASE=str(tmp_path / "phrase"),
    ) == (
        f"{P}PRIVATE_PEM_PASSPHRASE is set and the key lies in the file {tmp_path}/key: the oci SDK reads pass phrases "
        f"only of keys that the variable {P}PRIVATE_PEM itself holds"
    )


def test_outside_of_kubernetes_there_is_no_workload_identity() -> None:
    with pytest.raises(InvalidRequestError) as refused:
        refuse_incomplete_pod(Settings({}))

    assert str(refused.value) == (
        "there is no workload identity here: KUBERNETES_SERVICE_HOST is not set, so this is no pod"
    )


def test_a_pod_without_the_clusters_certificate_is_told(tmp_path: Path) -> None:
    settings = Settings(
        {"KUBERNETES_SERVICE_HOST": "10.0.0.1", "OCI_KUBERNETES_SERVICE_ACCOUNT_CERT_PATH": f"{tmp_path}/ca.crt"}
    )

    with pytest.raises(InvalidRequestError) as refused:
        refuse_incomplete_pod(settings)

    assert str(refused.value) == (
        f"there is no workload identity here: the service account's certificate {tmp_path}/ca.crt is no file"
    )
    assert refused.value.hint == "OCI_KUBERNETES_SERVICE_ACCOUNT_CERT_PATH names one that lies elsewhere."
