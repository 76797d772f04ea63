"""Resources, instances, pods and delegated users, against stand-ins of what the SDK asks for their tokens."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import oci
import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import rsa
from integration.oci.auth.checks import accepted
from integration.oci.auth.stand_ins import (
    INSTANCE,
    RESOURCE,
    Cluster,
    Instance,
    StandIn,
    TokenService,
    private_pem,
    token_holder,
)
from oci_twin.twin import Twin

from oci_mlflow_core.errors import DeploymentError, InvalidRequestError, NotAuthorizedError
from oci_mlflow_plugin.adapters.oci.session.connection import Connection

Connect = Callable[..., Connection]
P = "OCI_RESOURCE_PRINCIPAL_"


@pytest.fixture
def instance(
    stand_in: StandIn, twin: Twin, rsa_key: rsa.RSAPrivateKey, monkeypatch: pytest.MonkeyPatch
) -> dict[str, str]:
    """An instance whose auth service is on loopback; the variables that lead to its metadata service."""
    Instance.on(stand_in, twin, rsa_key)
    # the SDK has no setting for it
    monkeypatch.setitem(oci.regions.SERVICE_ENDPOINTS, "auth", stand_in.url)
    return {"OCI_METADATA_BASE_URL": f"{stand_in.url}/opc/v2"}


@pytest.fixture
def resource(twin: Twin, rsa_key: rsa.RSAPrivateKey) -> dict[str, str]:
    """The variables of a resource principal of version 2.2 with everything in the variables themselves."""
    return {
        f"{P}VERSION": "2.2",
        f"{P}RPST": twin.issue_token(rsa_key.public_key()),
        f"{P}PRIVATE_PEM": private_pem(rsa_key),
        f"{P}REGION": "iad",
    }


# --- resource principals ----------------------------------------------------------------------------------------


def test_a_resource_principal_in_variables_is_accepted(connect: Connect, twin: Twin, resource: dict[str, str]) -> None:
    connection = connect(**resource)

    assert accepted(connection, twin) == "resource_principal"
    assert (connection.region, connection.tenancy_id) == ("us-ashburn-1", twin.tenancy_id)


def test_a_resource_principals_key_may_have_a_pass_phrase(
    connect: Connect, twin: Twin, resource: dict[str, str], rsa_key: rsa.RSAPrivateKey
) -> None:
    protected = {f"{P}PRIVATE_PEM": private_pem(rsa_key, b"hunter2"), f"{P}PRIVATE_PEM_PASSPHRASE": "hunter2"}

    assert accepted(connect(**{**resource, **protected}), twin) == "resource_principal"


def test_a_resource_principal_in_files_follows_their_renewal(
    connect: Connect, twin: Twin, resource: dict[str, str], rsa_key: rsa.RSAPrivateKey, tmp_path: Path
) -> None:
    token, key = tmp_path / "rpst", tmp_path / "key.pem"
    token.write_text(twin.issue_token(rsa_key.public_key(), seconds=-10))
    key.write_text(private_pem(rsa_key))
    connection = connect(**{**resource, f"{P}RPST": str(token), f"{P}PRIVATE_PEM": str(key)})
    assert connection.credentials.kind == "resource_principal"

    token.write_text(twin.issue_token(rsa_key.public_key()))

    assert accepted(connection, twin) == "resource_principal"


def test_plain_requests_take_a_renewed_token_before_the_old_one_ends(
    connect: Connect, twin: Twin, resource: dict[str, str], rsa_key: rsa.RSAPrivateKey, tmp_path: Path
) -> None:
    token = tmp_path / "rpst"
    token.write_text(twin.issue_token(rsa_key.public_key(), seconds=30))
    connection = connect(**{**resource, f"{P}RPST": str(token)})
    auth = connection.model_deployment_auth
    renewed = twin.issue_token(rsa_key.public_key())
    token.write_text(renewed)

    signed = requests.Request("GET", twin.url, auth=auth).prepare()

    assert f'keyId="ST${renewed}"' in signed.headers["authorization"]


def test_a_resource_principal_with_a_service_for_tokens_is_accepted(
    connect: Connect, twin: Twin, stand_in: StandIn, instance: dict[str, str]
) -> None:
    TokenService(twin, stand_in, token_holder).serve(f"/20180711/resourcePrincipalToken/{INSTANCE}")
    variables = {
        f"{P}VERSION": "1.1",
        f"{P}RPT_ENDPOINT": stand_in.url,
        f"{P}RPT_PATH": "/20180711/resourcePrincipalToken/{id}",
        f"{P}RPT_ID": INSTANCE,
    }

    connection = connect(**variables, **instance)

    assert accepted(connection, twin) == "resource_principal"
    assert (connection.region, connection.tenancy_id) == ("us-ashburn-1", twin.tenancy_id)


def test_such_a_resource_is_the_instance_where_no_variable_names_it(
    connect: Connect, twin: Twin, stand_in: StandIn, instance: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    TokenService(twin, stand_in, token_holder).serve(f"/20180711/resourcePrincipalToken/{INSTANCE}")
    # here the SDK does not heed OCI_METADATA_BASE_URL
    signer = oci.auth.signers.InstancePrincipalsSecurityTokenSigner
    monkeypatch.setattr(signer, "METADATA_URL_BASE", instance["OCI_METADATA_BASE_URL"])
    variables = {f"{P}VERSION": "1.1", f"{P}RPT_ENDPOINT": stand_in.url, f"{P}RPST_ENDPOINT": stand_in.url}

    assert accepted(connect(**variables, **instance), twin) == "resource_principal"


@pytest.mark.parametrize(
    ("version", "path", "key_id"),
    [
        ("2.1", "/20180711/resourcePrincipalTokenV2/{}", "resource/v2.1/{}"),
        ("2.1.1", "/20180711/resourcePrincipalTokenV2/{}", "resource/v2.1.1/{tenancy}/{}"),
        ("2.1.2", "/20180711/resourcePrincipalTokenV212/{}", "resource/v2.1.2/{tenancy}/{}"),
    ],
)
def test_a_resource_principal_with_a_key_of_its_own_is_accepted(  # noqa: PLR0917 - fixtures and cases
    connect: Connect, twin: Twin, stand_in: StandIn, rsa_key: rsa.RSAPrivateKey, version: str, path: str, key_id: str
) -> None:
    TokenService(twin, stand_in, lambda _: rsa_key.public_key()).serve(path.format(RESOURCE))
    variables = {
        f"{P}VERSION": version,
        f"{P}RPT_ENDPOINT": stand_in.url,
        f"{P}RPST_ENDPOINT": stand_in.url,
        f"{P}RESOURCE_ID": RESOURCE,
        f"{P}TENANCY_ID": twin.tenancy_id,
        f"{P}PRIVATE_PEM": private_pem(rsa_key),
        f"{P}REGION": "us-ashburn-1",
        f"{P}SECURITY_CONTEXT": "the-context",
    }

    connection = connect(**variables)

    assert accepted(connection, twin) == "resource_principal"
    assert {asked.fields["keyId"] for asked in stand_in.asked} == {key_id.format(RESOURCE, tenancy=twin.tenancy_id)}


def test_a_resource_within_a_resource_is_accepted(
    connect: Connect, twin: Twin, stand_in: StandIn, resource: dict[str, str]
) -> None:
    TokenService(twin, stand_in, token_holder).serve("/")
    # the SDK takes no URL with a path for the outer resource
    inner = {f"{name}_FOR_LEAF_RESOURCE": value for name, value in resource.items()}
    outer = {
        f"{P}VERSION": "3.0",
        f"{P}RPT_URL_FOR_PARENT_RESOURCE": stand_in.url,
        f"{P}RPST_ENDPOINT_FOR_PARENT_RESOURCE": stand_in.url,
    }

    assert accepted(connect(**inner, **outer), twin) == "resource_principal"


def test_a_token_service_that_refuses_is_told(
    connect: Connect, twin: Twin, stand_in: StandIn, rsa_key: rsa.RSAPrivateKey
) -> None:
    body = b'{"code": "NotAuthenticated", "message": "no such resource"}'
    path = f"/20180711/resourcePrincipalTokenV2/{RESOURCE}"
    stand_in.routes["GET", path] = lambda _: (401, body, {"content-type": "application/json", "opc-request-id": "R"})
    variables = {
        f"{P}VERSION": "2.1",
        f"{P}RPT_ENDPOINT": stand_in.url,
        f"{P}RPST_ENDPOINT": stand_in.url,
        f"{P}RESOURCE_ID": RESOURCE,
        f"{P}PRIVATE_PEM": private_pem(rsa_key),
    }

    with pytest.raises(NotAuthorizedError) as refused:
        _ = connect(**variables).credentials

    assert str(refused.value) == (
        "could not sign in as the resource principal: OCI answered 401 NotAuthenticated: no such resource "
        "(opc-request-id R)"
    )


@pytest.mark.parametrize("name", ["RPST", "PRIVATE_PEM"])
def test_what_the_variables_hold_is_never_shown(connect: Connect, resource: dict[str, str], name: str) -> None:
    with pytest.raises(InvalidRequestError) as refused:
        _ = connect(**{**resource, f"{P}{name}": "top-secret"}).credentials

    assert str(refused.value).startswith("could not sign in as the resource principal: ")
    assert "top-secret" not in str(refused.value)


# --- instance principals ----------------------------------------------------------------------------------------


def test_an_instance_principal_is_accepted(connect: Connect, twin: Twin, instance: dict[str, str]) -> None:
    connection = connect(OCI_MLFLOW_AUTH="instance_principal", **instance)

    assert accepted(connection, twin) == "instance_principal"
    assert (connection.region, connection.tenancy_id) == ("us-ashburn-1", twin.tenancy_id)


def test_an_instance_that_oci_does_not_know_is_told(
    connect: Connect, stand_in: StandIn, instance: dict[str, str]
) -> None:
    body = b'{"code": "NotAuthenticated", "message": "unknown certificate"}'
    stand_in.routes["POST", "/v1/x509"] = lambda _: (401, body, {"opc-request-id": "R"})

    with pytest.raises(NotAuthorizedError) as refused:
        _ = connect(OCI_CLI_AUTH="instance_principal", **instance).credentials

    assert str(refused.value) == (
        "could not sign in as the instance principal: OCI answered 401 NotAuthenticated: unknown certificate "
        "(opc-request-id R)"
    )


# --- delegation -------------------------------------------------------------------------------------------------


def signed_for_the_user(connection: Connection, twin: Twin, token: str) -> bool:
    request = requests.Request("GET", f"{twin.url}/n", auth=connection.model_deployment_auth).prepare()
    names = str(request.headers["authorization"]).split('headers="')[1].split('"')[0].split()
    return request.headers["opc-obo-token"] == token and "opc-obo-token" in names


def test_cloud_shells_configuration_is_accepted(
    connect: Connect, twin: Twin, instance: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "obo").write_text("the-delegation-token\n")
    config = tmp_path / "config"
    config.write_text(
        f"[DEFAULT]\nregion=eu-frankfurt-1\nauthentication_type=instance_principal\n"
        f"delegation_token_file={tmp_path}/obo\n"
    )

    connection = connect(OCI_CONFIG_FILE=str(config), OCI_CLI_AUTH="instance_obo_user", **instance)

    assert accepted(connection, twin) == "delegation_token"
    assert signed_for_the_user(connection, twin, "the-delegation-token")
    assert connection.region == "eu-frankfurt-1"


def test_a_delegation_token_by_way_of_a_resource_principal_is_accepted(
    connect: Connect, twin: Twin, resource: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "obo").write_text("the-delegation-token")

    connection = connect(
        OCI_MLFLOW_AUTH="delegation_token", OCI_CLI_DELEGATION_TOKEN_FILE=str(tmp_path / "obo"), **resource
    )

    assert accepted(connection, twin) == "delegation_token"
    assert signed_for_the_user(connection, twin, "the-delegation-token")


def test_a_delegation_token_by_way_of_a_resource_with_a_service_for_tokens_is_accepted(
    connect: Connect, twin: Twin, stand_in: StandIn, instance: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "obo").write_text("the-delegation-token")
    TokenService(twin, stand_in, token_holder).serve(f"/20180711/resourcePrincipalToken/{INSTANCE}")
    variables = {
        "OCI_MLFLOW_AUTH": "delegation_token",
        "OCI_CLI_DELEGATION_TOKEN_FILE": str(tmp_path / "obo"),
        f"{P}VERSION": "1.1",
        f"{P}RPT_ENDPOINT": stand_in.url,
        f"{P}RPT_PATH": "/20180711/resourcePrincipalToken/{id}",
        f"{P}RPT_ID": INSTANCE,
    }

    connection = connect(**variables, **instance)

    assert accepted(connection, twin) == "delegation_token"
    assert signed_for_the_user(connection, twin, "the-delegation-token")


# --- pods -------------------------------------------------------------------------------------------------------


@pytest.fixture
def cluster(
    twin: Twin, tmp_path: Path, rsa_key: rsa.RSAPrivateKey, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Cluster]:
    # the port is fixed; on Linux every address of 127/8 is this machine, so that two test runs do not meet
    host = f"127.12.{os.getpid() // 250 % 250}.{os.getpid() % 250 + 1}" if sys.platform == "linux" else "127.0.0.1"
    made = Cluster.at(host, twin, tmp_path, rsa_key)
    # the SDK has no setting for it
    monkeypatch.setattr("oci.auth.rpt_path_providers.OCI_KUBERNETES_SERVICE_ACCOUNT_TOKEN_PATH", str(made.token_file))
    yield made
    made.server.close()
    assert made.server.wrong == []


@pytest.fixture
def pod(cluster: Cluster) -> dict[str, str]:
    return {
        "OCI_MLFLOW_AUTH": "oke_workload_identity",
        "KUBERNETES_SERVICE_HOST": cluster.host,
        "OCI_KUBERNETES_SERVICE_ACCOUNT_CERT_PATH": str(cluster.certificate_file),
        f"{P}VERSION": "2.2",
        f"{P}REGION": "us-ashburn-1",
    }


def test_a_pods_workload_identity_is_accepted(connect: Connect, twin: Twin, pod: dict[str, str]) -> None:
    connection = connect(**pod)

    assert (accepted(connection, twin), connection.region) == ("oke_workload_identity", "us-ashburn-1")


def test_a_cluster_without_workload_identity_is_told(connect: Connect, pod: dict[str, str], cluster: Cluster) -> None:
    cluster.server.routes["POST", "/resourcePrincipalSessionTokens"] = lambda _: (403, b"", {})

    with pytest.raises(DeploymentError) as refused:
        _ = connect(**pod).credentials

    assert str(refused.value) == (
        "could not sign in as the pod's workload identity: OCI answered 403 Forbidden: "
        "Please ensure the cluster type is enhanced"
    )
