"""What a refusal hints at: the resource that OCI's message names, and the way to OCI."""

from __future__ import annotations

import os

import pytest

from oci_mlflow_plugin.adapters.oci.session.hints import hint_for

_ABSENT = "It does not exist, or the caller may not see it; OCI does not say which. "
_MODELS = "allow group <group> to manage data-science-models in compartment <compartment>"
_DEPLOYMENTS = "allow group <group> to manage data-science-model-deployments in compartment <compartment>"
_PROJECTS = "allow group <group> to use data-science-projects in compartment <compartment>"


def refused(operation: str, ocid: str, service: str = "data_science") -> str:
    message = f"Authorization failed or requested resource not found: {ocid}"
    return hint_for(404, "NotAuthorizedOrNotFound", service, operation, message)


@pytest.fixture
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in list(os.environ):
        if name.startswith("OCI_MLFLOW_") or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    return monkeypatch


def test_a_message_that_names_the_project_asks_for_projects_too() -> None:
    hint = refused("create_model", "ocid1.datascienceproject.oc1.iad.aaaa")

    assert hint == f"{_ABSENT}The policies that permit it: {_MODELS}; {_PROJECTS}"


def test_a_message_that_names_the_log_asks_for_logs_too() -> None:
    assert refused("create_model_deployment", "ocid1.log.oc1.iad.aaaa") == (
        f"{_ABSENT}The policies that permit it: {_DEPLOYMENTS}; "
        "allow group <group> to read log-groups in compartment <compartment> and "
        "allow group <group> to use log-content in compartment <compartment>"
    )


def test_a_message_that_names_the_log_group_asks_for_log_groups_too() -> None:
    assert refused("update_model_deployment", "ocid1.loggroup.oc1.iad.aaaa") == (
        f"{_ABSENT}The policies that permit it: {_DEPLOYMENTS}; "
        "allow group <group> to read log-groups in compartment <compartment>"
    )


@pytest.mark.parametrize("ocid", ["ocid1.datasciencemodel.oc1.iad.aaaa", "ocid1.compartment.oc1..aaaa", ""])
def test_a_message_that_names_what_is_worked_on_asks_for_that_alone(ocid: str) -> None:
    assert refused("create_model", ocid) == f"{_ABSENT}The policy that permits it: {_MODELS}"


def test_other_services_are_asked_for_their_own() -> None:
    assert refused("get_log", "ocid1.log.oc1.iad.aaaa", "logging_management") == (
        f"{_ABSENT}The policy that permits it: allow group <group> to read log-groups in compartment <compartment>"
    )


def test_where_nothing_answers_the_network_is_looked_at(nothing_set: pytest.MonkeyPatch) -> None:
    nothing_set.setenv("OCI_MLFLOW_ENDPOINT", " ")

    assert hint_for(None, "Connection refused", "", "") == "See that this network reaches OCI."


def test_where_nothing_answers_the_variables_in_between_are_named(nothing_set: pytest.MonkeyPatch) -> None:
    nothing_set.setenv("HTTPS_PROXY", "http://me:hunter2@proxy:1")
    nothing_set.setenv("OCI_MLFLOW_ENDPOINT", "http://127.0.0.1:1")
    nothing_set.setenv("OCI_MLFLOW_DATASCIENCE_ENDPOINT", "http://127.0.0.1:2")

    assert hint_for(None, "No route to host", "", "") == (
        "See that this network reaches OCI, and that the proxy in HTTPS_PROXY is right, and that "
        "OCI_MLFLOW_DATASCIENCE_ENDPOINT and OCI_MLFLOW_ENDPOINT name what answers."
    )


def test_a_connection_that_breaks_later_says_it_all() -> None:
    assert hint_for(None, "Connection reset by peer", "", "") == ""
