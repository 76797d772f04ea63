"""What ``doctor`` says of who calls, and of where."""

from __future__ import annotations

import gc

import oci
import pytest
from integration.oci.auth.stand_ins import StandIn
from integration.oci.inspection.rig import Desk

from oci_mlflow_plugin.adapters.oci.inspection.table import CHECKS

_SETUP = "'oci setup config' writes one; OCI_MLFLOW_CONFIG_FILE or OCI_CONFIG_FILE names one that lies elsewhere."
#: What is looked at without asking OCI.
_OWN = {"authentication", "region", "image", "networking", "rights of the deployment"}
_ASKED = {check.subject for check in CHECKS} - _OWN


def test_everything_is_looked_at_in_the_order_of_the_table(desk: Desk) -> None:
    assert list(desk.findings()) == [check.subject for check in CHECKS]


def test_a_caller_whom_oci_knows(desk: Desk) -> None:
    found = desk.findings()

    assert found["authentication"] == (
        "passed",
        (
            f"the profile DEFAULT of {desk.twin.config_file} (API key); OCI knows the caller, whose namespace is "
            f"'{desk.twin.namespace}'"
        ),
        "",
    )
    assert found["region"] == ("passed", "us-ashburn-1", "")
    assert found["compartment"] == ("passed", f"'models' ({desk.twin.compartment_id}) is ACTIVE", "")
    assert found["project"] == ("passed", f"'twin' ({desk.twin.project_id}) is ACTIVE", "")
    assert found["model catalog"] == ("passed", "the model catalog of the compartment can be read", "")
    assert found["model deployments"] == ("passed", "the deployments of the compartment can be read", "")


# --- no credentials -----------------------------------------------------------------------------------------


def test_without_a_configuration_file_nothing_is_asked_and_the_setup_is_told_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OCI_CONFIG_FILE", str(desk.folder / "none"))

    found = desk.findings()

    assert found["authentication"] == (
        "failed",
        f"there is no OCI configuration file {desk.folder / 'none'} (OCI_CONFIG_FILE)",
        _SETUP,
    )
    assert {found[subject] for subject in _ASKED} == {("skipped", "not looked at: there are no credentials", "")}
    assert found["region"] == ("skipped", "not looked at: there are no credentials, which might say it", "")
    assert desk.twin.faults.calls == []


def test_a_region_that_the_target_names_is_looked_at_without_credentials(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OCI_CONFIG_FILE", str(desk.folder / "none"))

    assert desk.findings(target="oci-datascience://iad")["region"] == ("passed", "us-ashburn-1", "")


def test_a_region_that_is_none_is_told_without_credentials(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OCI_CONFIG_FILE", str(desk.folder / "none"))

    outcome, told, remedy = desk.findings(target="oci-datascience://nowhere-1")["region"]

    assert outcome == "failed"
    assert told == f"the target says 'nowhere-1', which oci {oci.__version__} does not know as a region"
    assert remedy.startswith("A region that is newer than the SDK is made known by the variable OCI_REGION_METADATA")


def test_with_a_region_that_is_none_oci_is_not_asked(desk: Desk) -> None:
    found = desk.findings(target="oci-datascience://nowhere-1")

    assert found["authentication"] == (
        "skipped",
        (
            f"the profile DEFAULT of {desk.twin.config_file} (API key); OCI was not asked, as there is no region to "
            "ask in"
        ),
        "",
    )
    assert found["region"][0] == "failed"
    assert {found[subject] for subject in _ASKED} == {
        ("skipped", "not looked at: there is no region to ask in", ""),
    }


def test_a_fingerprint_that_is_none_leaves_no_credentials(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    damaged = desk.folder / "config"
    lines = desk.twin.config_file.read_text().splitlines()
    damaged.write_text("\n".join("fingerprint=aa:bb" if one.startswith("fingerprint") else one for one in lines))
    monkeypatch.setenv("OCI_CONFIG_FILE", str(damaged))

    found = desk.findings()

    assert found["authentication"] == (
        "failed",
        (
            f"the profile DEFAULT of {damaged}: fingerprint is not 16 pairs of lower-case hexadecimal digits with ':' "
            "between: 'aa:bb'"
        ),
        "'oci setup config' makes an API key; OCI_MLFLOW_AUTH names another kind of authentication.",
    )
    assert found["model catalog"] == ("skipped", "not looked at: there are no credentials", "")


# --- refused ------------------------------------------------------------------------------------------------


def test_a_caller_whom_oci_does_not_know(desk: Desk) -> None:
    desk.refuse("get_namespace", 401)

    found = desk.findings()

    outcome, told, remedy = found["authentication"]
    assert outcome == "failed"
    assert told.startswith("could not find the tenancy's Object Storage namespace: OCI answered 401 NotAuthenticated")
    assert remedy == (
        "OCI does not know the caller: compare the key's fingerprint with the one in the console, see that this "
        "machine's clock is right (5 minutes are tolerated), and renew a session with 'oci session refresh'."
    )
    assert {found[subject] for subject in _ASKED} == {("skipped", "not looked at: OCI does not know the caller", "")}
    assert found["region"] == ("passed", "us-ashburn-1", "")


def test_a_caller_who_may_not_see_the_namespace_is_known_all_the_same(desk: Desk) -> None:
    desk.refuse("get_namespace", 404)

    found = desk.findings()

    assert found["authentication"][0] == "failed"
    assert found["model catalog"] == ("passed", "the model catalog of the compartment can be read", "")


def test_a_compartment_that_may_not_be_seen_comes_with_the_policy(desk: Desk) -> None:
    desk.refuse("get_compartment")

    outcome, told, remedy = desk.findings()["compartment"]

    assert outcome == "failed"
    assert told.startswith(f"could not read the compartment {desk.twin.compartment_id}: OCI answered 404 ")
    assert remedy == "allow group <group> to inspect compartments in tenancy"


def test_where_nothing_names_the_compartment_it_is_told_how(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OCI_MLFLOW_COMPARTMENT_ID")

    assert desk.findings()["compartment"] == (
        "failed",
        "the compartment is not known",
        (
            "Name its OCID as spec.infrastructure.spec.compartmentId in the deployment file, as ?compartment-id=… in "
            "the target or in the variable OCI_MLFLOW_COMPARTMENT_ID; a notebook session or job run of OCI Data "
            "Science knows its own."
        ),
    )


def test_an_empty_list_says_nothing_of_a_compartment_that_is_not_there(desk: Desk) -> None:
    nowhere = desk.twin.compartment_id[:-4] + "aaaa"

    found = desk.findings(desk.file(compartmentId=nowhere))

    assert found["compartment"][0] == "failed"
    mended = "Compare the compartment's OCID with the one in the console."
    assert found["model catalog"] == (
        "noted",
        f"OCI lists none of the models, and does not show the compartment {nowhere}",
        mended,
    )
    assert found["model deployments"] == (
        "noted",
        f"OCI lists none of the deployments, and does not show the compartment {nowhere}",
        mended,
    )


def test_a_project_of_another_compartment_is_noted(desk: Desk) -> None:
    found = desk.findings(desk.file(compartmentId=desk.twin.tenancy_id))

    assert found["project"] == (
        "noted",
        (
            f"'twin' ({desk.twin.project_id}) is ACTIVE, in the compartment {desk.twin.compartment_id}; deployments "
            f"are made in {desk.twin.tenancy_id}"
        ),
        "Name a project of that compartment, unless the two are meant to differ.",
    )


def test_a_project_that_is_not_there_comes_with_the_policy(desk: Desk) -> None:
    nowhere = desk.twin.project_id[:-4] + "aaaa"

    outcome, told, remedy = desk.findings(desk.file(projectId=nowhere))["project"]

    assert outcome == "failed"
    assert told.startswith(f"could not read the project {nowhere}: OCI answered 404 ")
    assert remedy == "allow group <group> to use data-science-projects in compartment <compartment>"


@pytest.mark.parametrize(
    ("operation", "subject", "remedy"),
    [
        (
            "list_models",
            "model catalog",
            "allow group <group> to manage data-science-models in compartment <compartment>",
        ),
        (
            "list_model_deployments",
            "model deployments",
            (
                "allow group <group> to manage data-science-model-deployments in compartment <compartment>\n"
                "allow group <group> to read data-science-work-requests in compartment <compartment>"
            ),
        ),
    ],
)
def test_a_list_that_is_refused_comes_with_the_policy(desk: Desk, operation: str, subject: str, remedy: str) -> None:
    desk.refuse(operation)

    found = desk.findings()[subject]

    assert (found[0], found[2]) == ("failed", remedy)


# --- no answer ----------------------------------------------------------------------------------------------


# the SDK leaves its sessions to the garbage collector when it is refused
@pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")
def test_a_machine_that_is_no_instance_is_told_so(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = StandIn()
    elsewhere.routes["GET", "/opc/v2/identity/cert.pem"] = lambda _: (403, b"", {})
    monkeypatch.setenv("OCI_METADATA_BASE_URL", f"{elsewhere.url}/opc/v2")
    monkeypatch.setenv("OCI_MLFLOW_AUTH", "instance_principal")

    found = desk.findings()
    elsewhere.close()
    gc.collect()

    assert found["authentication"] == (
        "failed",
        (
            "could not sign in as the instance principal: OCI answered 403: 403 Client Error: Forbidden for url: "
            f"{elsewhere.url}/opc/v2/identity/cert.pem"
        ),
        (
            "This machine is no compute instance of OCI, or its metadata service refuses; OCI_MLFLOW_AUTH names "
            "another kind of authentication."
        ),
    )
    assert found["model catalog"] == ("skipped", "not looked at: there are no credentials", "")
