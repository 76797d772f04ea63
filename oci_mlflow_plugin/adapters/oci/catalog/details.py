"""What the model catalog is told about a model; imports no SDK."""

from __future__ import annotations

from typing import Any

from oci_mlflow_core.ports.deploy_service import ModelRegistration, Provenance

#: Where custom metadata belongs that none of OCI's categories fits. Source: oci.data_science.models.Metadata.category.
_CATEGORY = "Other"


def create_details(registration: ModelRegistration, compartment_id: str, project_id: str) -> dict[str, Any]:
    """A new model.

    Source: oci.data_science.models.CreateModelDetails.
    """
    schemas = {"inputSchema": registration.input_schema, "outputSchema": registration.output_schema}
    return {
        "compartmentId": compartment_id,
        "projectId": project_id,
        **update_details(registration),
        **{name: text for name, text in schemas.items() if text},
    }


def update_details(registration: ModelRegistration) -> dict[str, Any]:
    """What of it can be changed later.

    Source: oci.data_science.models.UpdateModelDetails.
    """
    custom = [
        {"key": key, "value": value, "description": description, "category": _CATEGORY}
        for key, value, description in registration.metadata
        if value
    ]
    defined = [{"key": key, "value": value} for key, value in registration.defined_metadata if value]
    said = {
        "displayName": registration.display_name,
        "description": registration.description,
        "freeformTags": dict(registration.freeform_tags),
        "customMetadataList": custom,
        "definedMetadataList": defined,
    }
    return {name: value for name, value in said.items() if value}


def provenance_details(provenance: Provenance) -> dict[str, str]:
    """Where the model comes from; empty where nothing is known.

    Source: oci.data_science.models.CreateModelProvenanceDetails.
    """
    said = {
        "repositoryUrl": provenance.repository_url,
        "gitBranch": provenance.git_branch,
        "gitCommit": provenance.git_commit,
        "scriptDir": provenance.script_dir,
        "trainingScript": provenance.training_script,
        "trainingId": provenance.training_id,
    }
    return {name: value for name, value in said.items() if value}
