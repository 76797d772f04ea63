"""What the deployment runs on, and where it logs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from oci_mlflow_core.errors import DeploymentError, NotAuthorizedError, nearest
from oci_mlflow_core.ports.inspector import Outcome, Shape
from oci_mlflow_core.spec.infrastructure import Infrastructure
from oci_mlflow_core.spec.runtime import ContainerRuntime, ImageBuild
from oci_mlflow_plugin.adapters.oci.inspection.checking import Examination, Seen, nothing_to_see
from oci_mlflow_plugin.adapters.oci.session.calling import call
from oci_mlflow_plugin.adapters.oci.session.connection import Connection

_SERVICE = "data-science"
#: What ADS takes where the file says nothing, and so do deployments of this project.
_DEFAULT_SHAPE = "VM.Standard.E4.Flex"
LIMITS_POLICY = "allow group <group> to read resource-availability in tenancy"
HIGHER_LIMIT = "Ask for a higher limit in the console (Limits, Quotas and Usage), or delete or deactivate a deployment."


def logs(examination: Examination) -> Seen:
    """Whether the logs that the file names are there and enabled."""
    named = sorted(set(_named_logs(examination.infrastructure)))
    if not named:
        return Seen(
            told="no log is named: what the model prints is lost, and a failure is hard to explain",
            outcome=Outcome.NOTED,
            remedy="Name logGroupId and logId in spec.infrastructure.spec.",
        )
    connection = examination.connection
    told = []
    for group_id, log_id in named:
        found = call(connection.clock, f"read the log {log_id}", connection.logging.get_log, group_id, log_id).data
        if not found.is_enabled or found.lifecycle_state != "ACTIVE":
            return Seen(
                told=f"the log '{found.display_name}' ({log_id}) is {found.lifecycle_state} and "
                f"{'enabled' if found.is_enabled else 'not enabled'}",
                outcome=Outcome.FAILED,
                remedy="Enable it in the console (Logging), or name another log.",
            )
        told.append(f"'{found.display_name}'")
    return Seen(told=f"{', '.join(told)} {'is' if len(told) == 1 else 'are'} there and enabled")


def shape(examination: Examination) -> Seen:
    """Whether the region offers the shape."""
    if examination.infrastructure.compute_target_details is not None:
        return nothing_to_see("it runs on a compute target")
    wanted = examination.infrastructure.shape_name or _DEFAULT_SHAPE
    offered = [found.name for found in offered_shapes(examination.connection, examination.compartment_id)]
    if wanted in offered:
        return Seen(told=f"{wanted} is offered")
    near = nearest(wanted, offered)
    meant = f"Did you mean {near}? " if near else ""
    return Seen(
        told=f"{wanted} is not offered in {examination.connection.region}",
        outcome=Outcome.FAILED,
        remedy=f"{meant}'oci-mlflow shapes' lists what is offered.",
    )


def quota(examination: Examination) -> Seen:
    """What is left of the limits that are about the shape, where the caller may read them."""
    try:
        return _quota(examination)
    except DeploymentError as fault:
        # a deployment does not read them
        remedy = LIMITS_POLICY if isinstance(fault, NotAuthorizedError) else fault.hint
        return Seen(told=f"the limits cannot be read: {fault}", outcome=Outcome.NOTED, remedy=remedy)


def _quota(examination: Examination) -> Seen:
    connection = examination.connection
    wanted = examination.infrastructure.shape_name or _DEFAULT_SHAPE
    names = [name for name in _limit_names(examination) if _is_about(name, wanted)]
    if not names:
        return nothing_to_see(f"no limit of the tenancy is known to be about {wanted}")
    left = {}
    for name in names:
        found = call(
            connection.clock,
            f"read what is left of the limit '{name}'",
            connection.limits.get_resource_availability,
            _SERVICE,
            name,
            examination.compartment_id,
        ).data
        left[name] = found.available
    told = ", ".join(f"{amount} left of '{name}'" for name, amount in left.items())
    if all(amount == 0 for amount in left.values()):
        return Seen(told=told, outcome=Outcome.FAILED, remedy=HIGHER_LIMIT)
    return Seen(told=told)


def image(examination: Examination) -> Seen:
    """What is known about a container's image before it is pulled."""
    runtime = examination.spec.runtime
    if not isinstance(runtime, ContainerRuntime):
        return nothing_to_see("the conda runtime needs no image")
    if isinstance(runtime.image, ImageBuild):
        return nothing_to_see(f"an image is made, pinned and pushed to {runtime.image.destination}")
    if runtime.image_digest:
        return Seen(told=f"{runtime.image}, pinned to {runtime.image_digest}")
    return Seen(
        told=f"{runtime.image} is not pinned: another push under its tag changes what starts next",
        outcome=Outcome.NOTED,
        remedy="Set spec.runtime.spec.imageDigest.",
    )


def network(examination: Examination) -> Seen:
    """What cannot be seen from here."""
    infrastructure = examination.infrastructure
    if not (infrastructure.subnet_id or infrastructure.private_endpoint_id):
        return nothing_to_see("the service's own networking is used")
    return Seen(
        told="the subnet and its routes are looked at by the service when the deployment is created",
        outcome=Outcome.NOTED,
        remedy=(
            "It needs a route to Object Storage (a service gateway), 127 free addresses, and\n"
            "allow service datascience to use virtual-network-family in compartment <compartment>"
        ),
    )


def own_rights(examination: Examination) -> Seen:
    """What the deployment itself may do is not visible to its creator."""
    container = isinstance(examination.spec.runtime, ContainerRuntime)
    what, right = ("pull its image", "read repos") if container else ("read its pack", "read objects")
    return Seen(
        told=f"the deployment itself has to {what}; whether it may cannot be seen from here",
        outcome=Outcome.NOTED,
        remedy=(
            "A dynamic group with the rule ALL {resource.type='datasciencemodeldeployment', "
            f"resource.compartment.id='{examination.compartment_id}'}} needs:\n"
            f"allow dynamic-group <group> to {right} in compartment <compartment>\n"
            "allow dynamic-group <group> to use log-content in compartment <compartment>"
        ),
    )


def offered_shapes(connection: Connection, compartment_id: str) -> tuple[Shape, ...]:
    """The shapes that the region offers, by name."""
    found = _all_pages(
        connection,
        "list the shapes",
        connection.data_science.list_model_deployment_shapes,
        compartment_id,
    )
    shapes = [
        Shape(
            name=item.name,
            core_count=int(item.core_count or 0),
            memory_in_gbs=int(item.memory_in_gbs or 0),
            series=item.shape_series or "",
        )
        for item in found
    ]
    return tuple(sorted(shapes, key=lambda each: each.name))


def _named_logs(infrastructure: Infrastructure) -> Iterator[tuple[str, str]]:
    if infrastructure.log_id and infrastructure.log_group_id:
        yield infrastructure.log_group_id, infrastructure.log_id
        return
    for ref in (infrastructure.access_log, infrastructure.predict_log):
        if ref is not None and ref.log_id and ref.log_group_id:
            yield ref.log_group_id, ref.log_id


def _limit_names(examination: Examination) -> list[str]:
    connection = examination.connection
    tenancy = connection.tenancy_id or examination.compartment_id
    definitions = _all_pages(
        connection,
        "list the limits of Data Science",
        connection.limits.list_limit_definitions,
        tenancy,
        service_name=_SERVICE,
    )
    return [item.name for item in definitions if item.is_resource_availability_supported]


def _is_about(name: str, shape_name: str) -> bool:
    """Whether a limit's name has the words of the shape's: VM.Standard.E4.Flex and ds-standard-e4-…."""
    words = shape_name.lower().replace("_", ".").split(".")
    significant = [word for word in words if word not in {"vm", "bm", "flex"} and not word.isdigit()]
    parts = name.lower().split("-")
    return bool(significant) and all(word in parts or word in name.lower() for word in significant)


def _all_pages(connection: Connection, what: str, function: Any, *arguments: Any, **named: Any) -> list[Any]:  # noqa: ANN401
    found: list[Any] = []
    page: dict[str, Any] = {}
    while True:
        response: Any = call(connection.clock, what, function, *arguments, **named, **page)
        found += response.data
        if not response.has_next_page:
            return found
        page = {"page": response.next_page}
