from __future__ import annotations

import pytest

from oci_mlflow_core.errors import InvalidRequestError
from oci_mlflow_plugin.adapters.oci.session.authentication import Choice, choice
from oci_mlflow_plugin.adapters.oci.session.kinds import Kind
from oci_mlflow_plugin.adapters.oci.session.settings import Settings

OTHERS = {
    "OCI_IAM_TYPE": "resource_principal",
    "OCIFS_IAM_TYPE": "instance_principal",
    "OCI_CLI_AUTH": "security_token",
    "OCI_RESOURCE_PRINCIPAL_VERSION": "2.2",
}


def without(*names: str) -> Settings:
    return Settings({name: value for name, value in OTHERS.items() if name not in names})


def test_our_own_variable_is_heeded_first() -> None:
    settings = Settings({**OTHERS, "OCI_MLFLOW_AUTH": "api_key", "OCI_MLFLOW_PROFILE": "DEV"})

    assert choice(None, settings) == Choice(kind=Kind.API_KEY, source="OCI_MLFLOW_AUTH")


def test_a_profile_that_the_target_names_wins_over_other_tools_variables() -> None:
    assert choice("DEV", Settings(OTHERS)) == Choice(kind=None, source="the target")


@pytest.mark.parametrize("variable", ["OCI_MLFLOW_PROFILE", "OCI_MLFLOW_CONFIG_FILE"])
def test_so_does_one_that_our_variables_name(variable: str) -> None:
    settings = Settings({**OTHERS, variable: "DEV"})

    assert choice(None, settings) == Choice(kind=None, source=variable)


def test_then_comes_the_variable_of_ads_and_oci_mlflow() -> None:
    assert choice(None, without()) == Choice(kind=Kind.RESOURCE_PRINCIPAL, source="OCI_IAM_TYPE")


def test_then_that_of_ocifs() -> None:
    assert choice(None, without("OCI_IAM_TYPE")) == Choice(kind=Kind.INSTANCE_PRINCIPAL, source="OCIFS_IAM_TYPE")


def test_then_that_of_the_command_line() -> None:
    settings = without("OCI_IAM_TYPE", "OCIFS_IAM_TYPE")

    assert choice(None, settings) == Choice(kind=Kind.SECURITY_TOKEN, source="OCI_CLI_AUTH")


def test_then_a_resource_principal_whose_variables_are_set() -> None:
    settings = without("OCI_IAM_TYPE", "OCIFS_IAM_TYPE", "OCI_CLI_AUTH")

    assert choice(None, settings) == Choice(kind=Kind.RESOURCE_PRINCIPAL, source="OCI_RESOURCE_PRINCIPAL_VERSION")


def test_then_the_profile() -> None:
    assert choice(None, Settings({})) == Choice(kind=None, source="")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("api_key", Kind.API_KEY),
        ("API-Key", Kind.API_KEY),
        ("security_token", Kind.SECURITY_TOKEN),
        ("session-token", Kind.SECURITY_TOKEN),
        ("resource_principal", Kind.RESOURCE_PRINCIPAL),
        ("instance_principal", Kind.INSTANCE_PRINCIPAL),
        ("instance_obo_user", Kind.DELEGATION_TOKEN),
        ("delegation_token", Kind.DELEGATION_TOKEN),
        ("oke_principal", Kind.OKE_WORKLOAD_IDENTITY),
        ("oke_workload_identity", Kind.OKE_WORKLOAD_IDENTITY),
    ],
)
def test_the_names_that_ocis_tools_use_are_accepted(name: str, kind: Kind) -> None:
    assert choice(None, Settings({"OCI_CLI_AUTH": name})).kind is kind


def test_an_unknown_kind_is_told_with_the_variable_and_the_nearest() -> None:
    with pytest.raises(InvalidRequestError) as refused:
        choice(None, Settings({"OCI_IAM_TYPE": "resource_principle"}))

    assert str(refused.value) == "OCI_IAM_TYPE names no kind of authentication: 'resource_principle'"
    assert refused.value.hint == (
        "Did you mean 'resource_principal'? There are api_key, security_token, resource_principal, instance_principal, "
        "oke_workload_identity, delegation_token."
    )


def test_a_profile_and_a_kind_that_has_none_contradict_each_other() -> None:
    with pytest.raises(InvalidRequestError) as refused:
        choice("DEV", Settings({"OCI_MLFLOW_AUTH": "instance_principal"}))

    assert str(refused.value) == (
        "the target names the profile 'DEV', and OCI_MLFLOW_AUTH says instance_principal, which has no profile"
    )
    assert refused.value.hint == "Leave out one of them: the profile in the target, or OCI_MLFLOW_AUTH."


@pytest.mark.parametrize("kind", [Kind.API_KEY, Kind.SECURITY_TOKEN, Kind.DELEGATION_TOKEN])
def test_a_profile_and_a_kind_that_has_one_go_together(kind: Kind) -> None:
    chosen = choice("DEV", Settings({"OCI_MLFLOW_AUTH": str(kind)}))

    assert chosen == Choice(kind=kind, source="OCI_MLFLOW_AUTH")
