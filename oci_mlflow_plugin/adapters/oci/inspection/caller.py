"""Who calls, and where."""

from __future__ import annotations

from oci_mlflow_plugin.adapters.oci.inspection.checking import Examination, Seen
from oci_mlflow_plugin.adapters.oci.session.calling import call


def authentication(examination: Examination) -> Seen:
    """Whether OCI knows the caller: one signed call that every user may make."""
    connection = examination.connection
    told = connection.credentials.told
    return Seen(told=f"{told}; OCI knows the caller, whose namespace is '{connection.namespace}'")


def region(examination: Examination) -> Seen:
    """Which region it is."""
    return Seen(told=examination.connection.region)


def compartment(examination: Examination) -> Seen:
    """Whether the compartment is there."""
    connection, compartment_id = examination.connection, examination.compartment_id
    what = f"read the compartment {compartment_id}"
    found = call(connection.clock, what, connection.identity.get_compartment, compartment_id).data
    return Seen(told=f"'{found.name}' ({compartment_id}) is {found.lifecycle_state}")


def project(examination: Examination) -> Seen:
    """Whether the project is there."""
    connection, project_id = examination.connection, examination.project_id
    what = f"read the project {project_id}"
    found = call(connection.clock, what, connection.data_science.get_project, project_id).data
    return Seen(told=f"'{found.display_name}' ({project_id}) is {found.lifecycle_state}")


def models(examination: Examination) -> Seen:
    """Whether models of the compartment can be listed."""
    connection = examination.connection
    call(
        connection.clock,
        "list the models of the compartment",
        connection.data_science.list_models,
        examination.compartment_id,
        limit=1,
    )
    return Seen(told="the model catalog of the compartment can be read")


def deployments(examination: Examination) -> Seen:
    """Whether deployments of the compartment can be listed."""
    connection = examination.connection
    call(
        connection.clock,
        "list the deployments of the compartment",
        connection.data_science.list_model_deployments,
        examination.compartment_id,
        limit=1,
    )
    return Seen(told="the deployments of the compartment can be read")
