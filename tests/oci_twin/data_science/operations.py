"""The routes of the control plane, by the SDK's names of its operations."""

from __future__ import annotations

from oci_twin.data_science.models.artifacts import Artifacts
from oci_twin.data_science.models.crud import Models
from oci_twin.data_science.models.metadata_artifacts import MetadataArtifacts
from oci_twin.data_science.models.provenance import Provenance
from oci_twin.data_science.scripting import OutcomeScripting
from oci_twin.data_science.service import DataScience
from oci_twin.data_science.work_requests.operations import WorkRequestOperations
from oci_twin.http.routing import Handler, Routes

SERVICE = "data_science"
_BASE = "/20190101"

#: Method, path below the base, handler, name of the operation in the SDK.
_Operation = tuple[str, str, Handler, str]


def routes(service: DataScience) -> Routes:
    """Every operation of the control plane, and the scripting of outcomes."""
    made = Routes()
    groups = (_models, _artifacts, _metadata_artifacts, _sets, _groups, _deployments, _work_requests, _projects)
    for group in groups:
        for method, path, handler, operation in group(service):
            signed = not (method in ("POST", "PUT") and path.endswith("/artifact"))
            made.add(method, _BASE + path, handler, service=SERVICE, operation=operation, body_signed=signed)
    made.extend(OutcomeScripting(service.outcomes).routes())
    return made


def _models(service: DataScience) -> list[_Operation]:
    models = Models(service.catalog, service.projects.records, service.version_sets)
    provenance = Provenance(service.catalog)
    one = "/models/{modelId}"
    return [
        ("POST", "/models", models.create, "create_model"),
        ("GET", "/models", models.listed, "list_models"),
        ("GET", one, models.get, "get_model"),
        ("PUT", one, models.update, "update_model"),
        ("DELETE", one, models.delete, "delete_model"),
        ("POST", f"{one}/actions/activate", models.activate, "activate_model"),
        ("POST", f"{one}/actions/deactivate", models.deactivate, "deactivate_model"),
        ("POST", f"{one}/actions/changeCompartment", models.move, "change_model_compartment"),
        ("POST", f"{one}/provenance", provenance.create, "create_model_provenance"),
        ("GET", f"{one}/provenance", provenance.get, "get_model_provenance"),
        ("PUT", f"{one}/provenance", provenance.update, "update_model_provenance"),
    ]


def _artifacts(service: DataScience) -> list[_Operation]:
    artifacts = Artifacts(service.catalog)
    one = "/models/{modelId}"
    actions = f"{one}/actions"
    return [
        ("POST", f"{one}/artifact", artifacts.create, "create_model_artifact"),
        ("GET", f"{one}/artifact/content", artifacts.content, "get_model_artifact_content"),
        ("HEAD", f"{one}/artifact/content", artifacts.content, "head_model_artifact"),
        ("POST", f"{actions}/exportArtifact", service.exports.begin, "export_model_artifact"),
        ("POST", f"{actions}/importArtifact", service.imports.begin, "import_model_artifact"),
        (
            "POST",
            f"{actions}/registerArtifactReference",
            service.references.begin,
            "register_model_artifact_reference",
        ),
        ("POST", f"{actions}/restore", service.references.restore, "restore_archived_model_artifact"),
    ]


def _metadata_artifacts(service: DataScience) -> list[_Operation]:
    operations: list[_Operation] = []
    for which in ("custom", "defined"):
        kept = MetadataArtifacts(service.catalog, which)
        path = f"/models/{{modelId}}/{which}Metadata/{{key}}/artifact"
        name = f"model_{which}_metadatum_artifact"
        operations += [
            ("POST", path, kept.create, f"create_{name}"),
            ("PUT", path, kept.update, f"update_{name}"),
            ("DELETE", path, kept.delete, f"delete_{name}"),
            ("GET", f"{path}/content", kept.content, f"get_{name}_content"),
            ("HEAD", f"{path}/content", kept.content, f"head_{name}"),
        ]
    return operations


def _sets(service: DataScience) -> list[_Operation]:
    sets = service.version_sets
    one = "/modelVersionSets/{modelVersionSetId}"
    return [
        ("POST", "/modelVersionSets", sets.create, "create_model_version_set"),
        ("GET", "/modelVersionSets", sets.listed, "list_model_version_sets"),
        ("GET", one, sets.get, "get_model_version_set"),
        ("PUT", one, sets.update, "update_model_version_set"),
        ("DELETE", one, sets.delete, "delete_model_version_set"),
    ]


def _groups(service: DataScience) -> list[_Operation]:
    groups = service.groups
    one = "/modelGroups/{modelGroupId}"
    return [
        ("POST", "/modelGroups", groups.create, "create_model_group"),
        ("GET", "/modelGroups", groups.listed, "list_model_groups"),
        ("GET", one, groups.get, "get_model_group"),
        ("PUT", one, groups.update, "update_model_group"),
        ("DELETE", one, groups.delete, "delete_model_group"),
    ]


def _deployments(service: DataScience) -> list[_Operation]:
    deployments, looking = service.deployments, service.looking
    one = "/modelDeployments/{modelDeploymentId}"
    moved = "change_model_deployment_compartment"
    return [
        ("POST", "/modelDeployments", deployments.create, "create_model_deployment"),
        ("GET", "/modelDeployments", looking.listed, "list_model_deployments"),
        ("GET", one, looking.get, "get_model_deployment"),
        ("PUT", one, service.updating.update, "update_model_deployment"),
        ("DELETE", one, deployments.delete, "delete_model_deployment"),
        ("POST", f"{one}/actions/activate", deployments.activate, "activate_model_deployment"),
        ("POST", f"{one}/actions/deactivate", deployments.deactivate, "deactivate_model_deployment"),
        ("POST", f"{one}/actions/changeCompartment", deployments.move, moved),
        ("GET", f"{one}/models/modelState", looking.model_states, "list_model_deployment_model_states"),
        ("GET", "/modelDeploymentShapes", looking.shapes, "list_model_deployment_shapes"),
    ]


def _work_requests(service: DataScience) -> list[_Operation]:
    requests = WorkRequestOperations(service.work, service.around.behaviour)
    one = "/workRequests/{workRequestId}"
    return [
        ("GET", "/workRequests", requests.listed, "list_work_requests"),
        ("GET", one, requests.get, "get_work_request"),
        ("DELETE", one, requests.cancel, "cancel_work_request"),
        ("GET", f"{one}/errors", requests.errors, "list_work_request_errors"),
        ("GET", f"{one}/logs", requests.logs, "list_work_request_logs"),
    ]


def _projects(service: DataScience) -> list[_Operation]:
    projects = service.projects
    one = "/projects/{projectId}"
    return [
        ("POST", "/projects", projects.create, "create_project"),
        ("GET", "/projects", projects.listed, "list_projects"),
        ("GET", one, projects.get, "get_project"),
        ("PUT", one, projects.update, "update_project"),
        ("DELETE", one, projects.delete, "delete_project"),
        ("POST", f"{one}/actions/changeCompartment", projects.move, "change_project_compartment"),
    ]
