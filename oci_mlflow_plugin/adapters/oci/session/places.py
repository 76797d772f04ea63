"""Which compartment and which project a command is about."""

from __future__ import annotations

from oci_mlflow_core.errors import InvalidRequestError
from oci_mlflow_plugin.adapters.oci.session.settings import COMPARTMENT, PROJECT, Settings

#: What notebook sessions, job runs and pipeline runs find in their environment.
_NOTEBOOK_COMPARTMENT = (
    "NB_SESSION_COMPARTMENT_OCID",
    "PROJECT_COMPARTMENT_OCID",
    "JOB_RUN_COMPARTMENT_OCID",
    "PIPELINE_RUN_COMPARTMENT_OCID",
)
_NOTEBOOK_PROJECT = ("PROJECT_OCID", "PIPELINE_PROJECT_OCID")


def compartment_id(from_file: str | None, from_target: str | None, settings: Settings) -> str:
    """The compartment's OCID: from the file, the target, ``OCI_MLFLOW_COMPARTMENT_ID`` or the notebook's variables.

    Raises:
        InvalidRequestError: None of them says.
    """
    found = from_file or from_target or _from(settings, (COMPARTMENT, *_NOTEBOOK_COMPARTMENT))
    return found or _unknown("compartment", "compartmentId", "compartment-id", COMPARTMENT)


def project_id(from_file: str | None, from_target: str | None, settings: Settings) -> str:
    """The project's OCID: from the file, the target, ``OCI_MLFLOW_PROJECT_ID`` or the notebook's variables.

    Raises:
        InvalidRequestError: None of them says.
    """
    found = from_file or from_target or _from(settings, (PROJECT, *_NOTEBOOK_PROJECT))
    return found or _unknown("project", "projectId", "project-id", PROJECT)


def _from(settings: Settings, variables: tuple[str, ...]) -> str | None:
    found = settings.first(*variables)
    return found[1] if found else None


def _unknown(what: str, key: str, query: str, variable: str) -> str:
    raise InvalidRequestError(
        f"the {what} is not known",
        f"Name its OCID as spec.infrastructure.spec.{key} in the deployment file, as ?{query}=… in the target or in "
        f"the variable {variable}; a notebook session or job run of OCI Data Science knows its own.",
    )
