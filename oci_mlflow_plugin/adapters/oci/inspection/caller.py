"""Who calls, and where."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs

from oci_mlflow_core.errors import DeploymentError, UnavailableError
from oci_mlflow_core.ports.inspector import Outcome
from oci_mlflow_plugin.adapters.oci.inspection.checking import Examination, Seen, nothing_to_see
from oci_mlflow_plugin.adapters.oci.session.calling import call
from oci_mlflow_plugin.adapters.oci.session.errors import failure_of
from oci_mlflow_plugin.adapters.oci.session.settings import REGION

_ACTIVE = "ACTIVE"
_UNAUTHENTICATED = 401


def authentication(examination: Examination) -> Seen:
    """Whether OCI knows the caller: one signed call that every user may make."""
    connection = examination.connection
    try:
        told = connection.credentials.told
    except DeploymentError as fault:
        return _failed(fault, "there are no credentials")
    try:
        examination.connection.region  # noqa: B018 - where to ask
    except DeploymentError:
        return attrs.evolve(
            nothing_to_see(f"{told}; OCI was not asked, as there is no region to ask in"),
            obstacle="there is no region to ask in",
        )
    try:
        namespace = connection.namespace
    except DeploymentError as fault:
        return _failed(fault, _obstacle(fault))
    return Seen(told=f"{told}; OCI knows the caller, whose namespace is '{namespace}'")


def _failed(fault: DeploymentError, obstacle: str) -> Seen:
    return Seen(told=str(fault), outcome=Outcome.FAILED, remedy=fault.hint, obstacle=obstacle)


def _obstacle(fault: DeploymentError) -> str:
    """A caller who may not see the namespace is known all the same."""
    failure = failure_of(fault)
    if failure is not None and failure.status == _UNAUTHENTICATED:
        return "OCI does not know the caller"
    return "OCI does not answer" if isinstance(fault, UnavailableError) else ""


def region(examination: Examination) -> Seen:
    """Which region it is; the target or a variable may say so where there are no credentials."""
    connection = examination.connection
    if not (connection.session.target.region or connection.settings.get(REGION)):
        try:
            connection.credentials  # noqa: B018 - what says the region
        except DeploymentError:
            return nothing_to_see("not looked at: there are no credentials, which might say it")
    return Seen(told=connection.region)


def compartment(examination: Examination) -> Seen:
    """Whether the compartment is there."""
    connection, compartment_id = examination.connection, examination.compartment_id
    what = f"read the compartment {compartment_id}"
    found = call(connection.clock, what, connection.identity.get_compartment, compartment_id).data
    told = f"'{found.name}' ({compartment_id}) is {found.lifecycle_state}"
    if found.lifecycle_state == _ACTIVE:
        return Seen(told=told)
    return Seen(told=told, outcome=Outcome.FAILED, remedy="Name a compartment that is ACTIVE.")


def project(examination: Examination) -> Seen:
    """Whether the project is there, in the compartment that deployments are made in."""
    connection, project_id = examination.connection, examination.project_id
    what = f"read the project {project_id}"
    found = call(connection.clock, what, connection.data_science.get_project, project_id).data
    told = f"'{found.display_name}' ({project_id}) is {found.lifecycle_state}"
    if found.lifecycle_state != _ACTIVE:
        return Seen(told=told, outcome=Outcome.FAILED, remedy="Name a project that is ACTIVE.")
    if found.compartment_id == examination.compartment_id:
        return Seen(told=told)
    return Seen(
        told=f"{told}, in the compartment {found.compartment_id}; deployments are made in {examination.compartment_id}",
        outcome=Outcome.NOTED,
        remedy="Name a project of that compartment, unless the two are meant to differ.",
    )


def models(examination: Examination) -> Seen:
    """Whether models of the compartment can be listed."""
    listed = examination.connection.data_science.list_models
    return _listed(examination, "the models", listed, "the model catalog of the compartment can be read")


def deployments(examination: Examination) -> Seen:
    """Whether deployments of the compartment can be listed."""
    listed = examination.connection.data_science.list_model_deployments
    return _listed(examination, "the deployments", listed, "the deployments of the compartment can be read")


def _listed(examination: Examination, which: str, function: Callable[..., Any], told: str) -> Seen:
    """An empty list says nothing of a compartment that cannot be seen: it may be one that does not exist."""
    what = f"list {which} of the compartment"
    found = call(examination.connection.clock, what, function, examination.compartment_id, limit=1).data
    if found or _is_there(examination):
        return Seen(told=told)
    return Seen(
        told=f"OCI lists none of {which}, and does not show the compartment {examination.compartment_id}",
        outcome=Outcome.NOTED,
        remedy="Compare the compartment's OCID with the one in the console.",
    )


def _is_there(examination: Examination) -> bool:
    try:
        compartment(examination)
    except DeploymentError:
        return False
    return True
