"""What ``doctor`` says of logs, shapes, limits, images and networks."""

from __future__ import annotations

import pytest
from integration.oci.inspection.rig import IMAGE, Desk
from oci_twin.logging.catalogue import LOG

_LIMITS_POLICY = "allow group <group> to read resource-availability in tenancy"


# --- logs ---------------------------------------------------------------------------------------------------


def test_a_log_that_is_enabled(desk: Desk) -> None:
    found = desk.findings(desk.file(logGroupId=desk.twin.log_group_id, logId=desk.twin.log_id))

    assert found["logs"] == ("passed", "'predict' is there and enabled", "")


def test_a_log_that_is_not_enabled(desk: Desk) -> None:
    log = desk.twin.state.get(LOG, desk.twin.log_id)
    assert log is not None
    desk.twin.state.put(LOG, desk.twin.log_id, {**log, "isEnabled": False})

    found = desk.findings(desk.file(predictLog={"logGroupId": desk.twin.log_group_id, "logId": desk.twin.log_id}))

    assert found["logs"] == (
        "failed",
        f"the log 'predict' ({desk.twin.log_id}) is ACTIVE and not enabled",
        "Enable it in the console (Logging), or name another log.",
    )


def test_a_log_that_is_not_there_comes_with_the_policies(desk: Desk) -> None:
    nowhere = desk.twin.log_id[:-4] + "aaaa"

    outcome, told, remedy = desk.findings(desk.file(logGroupId=desk.twin.log_group_id, logId=nowhere))["logs"]

    assert outcome == "failed"
    assert told.startswith(f"could not read the log {nowhere}: OCI answered 404 ")
    assert remedy == (
        "allow group <group> to read log-groups in compartment <compartment>\n"
        "allow group <group> to read log-content in compartment <compartment>"
    )


def test_without_a_log_it_is_noted_that_failures_are_hard_to_explain(desk: Desk) -> None:
    assert desk.findings()["logs"] == (
        "noted",
        "no log is named: what the model prints is lost, and a failure is hard to explain",
        "Name logGroupId and logId in spec.infrastructure.spec.",
    )


# --- shape --------------------------------------------------------------------------------------------------


def test_a_shape_that_is_offered(desk: Desk) -> None:
    assert desk.findings()["shape"] == ("passed", "VM.Standard.E4.Flex is offered", "")


def test_a_shape_that_is_not_offered_may_be_a_slip(desk: Desk) -> None:
    found = desk.findings(desk.file(shapeName="VM.Standard.E4.Flux"))

    assert found["shape"] == (
        "failed",
        "VM.Standard.E4.Flux is not offered in us-ashburn-1",
        "Did you mean VM.Standard.E4.Flex? 'oci-mlflow shapes' lists what is offered.",
    )


def test_where_shapes_may_not_be_listed_no_command_that_lists_them_is_named(desk: Desk) -> None:
    desk.refuse("list_model_deployment_shapes")

    outcome, told, remedy = desk.findings()["shape"]

    assert outcome == "failed"
    assert told.startswith("could not list the shapes: OCI answered 404 ")
    assert remedy == (
        "It does not exist, or the caller may not see it; OCI does not say which. The policy that permits it: "
        "allow group <group> to read data-science-model-deployments in compartment <compartment>"
    )


# --- limits -------------------------------------------------------------------------------------------------


def test_what_is_left_of_the_limits_of_the_shape(desk: Desk) -> None:
    assert desk.findings()["limits"] == ("passed", "200 left of 'ds-standard-e4-flex-regional-count'", "")


def test_a_limit_that_is_used_up(desk: Desk) -> None:
    desk.twin.quotas.set("ds-standard-e4-flex-regional-count", limit=2, used=2)

    assert desk.findings()["limits"] == (
        "failed",
        "0 left of 'ds-standard-e4-flex-regional-count'",
        "Ask for a higher limit in the console (Limits, Quotas and Usage), or delete or deactivate a deployment.",
    )


def test_a_shape_without_a_limit_that_is_known(desk: Desk) -> None:
    found = desk.findings(desk.file(shapeName="VM.Other1.8"))

    assert found["limits"] == ("skipped", "no limit of the tenancy is known to be about VM.Other1.8", "")


@pytest.mark.parametrize("operation", ["list_limit_definitions", "get_resource_availability"])
def test_limits_that_may_not_be_read_are_noted_with_the_policy(desk: Desk, operation: str) -> None:
    desk.refuse(operation)

    outcome, told, remedy = desk.findings()["limits"]

    assert outcome == "noted"
    assert told.startswith("the limits cannot be read: could not ")
    assert "OCI answered 404 NotAuthorizedOrNotFound" in told
    assert remedy == _LIMITS_POLICY


# --- the rest -----------------------------------------------------------------------------------------------


def test_an_image_that_is_pinned(desk: Desk) -> None:
    digest = "sha256:" + 64 * "a"

    assert desk.findings(desk.container(imageDigest=digest))["image"] == ("passed", f"{IMAGE}, pinned to {digest}", "")


def test_an_image_that_is_not_pinned_is_noted(desk: Desk) -> None:
    assert desk.findings(desk.container())["image"] == (
        "noted",
        f"{IMAGE} is not pinned: another push under its tag changes what starts next",
        "Set spec.runtime.spec.imageDigest.",
    )


def test_a_conda_runtime_has_no_image(desk: Desk) -> None:
    assert desk.findings()["image"] == ("skipped", "the conda runtime needs no image", "")


def test_a_subnet_of_ones_own_is_noted_with_what_it_needs(desk: Desk) -> None:
    found = desk.findings(desk.file(subnetId="ocid1.subnet.oc1.iad.aaaa"))

    assert found["networking"] == (
        "noted",
        "the subnet and its routes are looked at by the service when the deployment is created",
        (
            "It needs a route to Object Storage (a service gateway), 127 free addresses, and\n"
            "allow service datascience to use virtual-network-family in compartment <compartment>"
        ),
    )


def test_the_services_own_networking_needs_nothing(desk: Desk) -> None:
    assert desk.findings()["networking"] == ("skipped", "the service's own networking is used", "")


@pytest.mark.parametrize(
    ("kind", "told", "right"),
    [("conda", "read its pack", "read objects"), ("container", "pull its image", "read repos")],
)
def test_what_the_deployment_itself_must_be_allowed_is_noted(desk: Desk, kind: str, told: str, right: str) -> None:
    found = desk.findings(desk.container() if kind == "container" else desk.file())

    assert found["rights of the deployment"] == (
        "noted",
        f"the deployment itself has to {told}; whether it may cannot be seen from here",
        (
            "A dynamic group with the rule ALL {resource.type='datasciencemodeldeployment', "
            f"resource.compartment.id='{desk.twin.compartment_id}'}} needs:\n"
            f"allow dynamic-group <group> to {right} in compartment <compartment>\n"
            "allow dynamic-group <group> to use log-content in compartment <compartment>"
        ),
    )
