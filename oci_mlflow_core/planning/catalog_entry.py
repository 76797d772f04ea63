"""What the model catalog is told about an MLflow model."""

from __future__ import annotations

from oci_mlflow_core.model.artifact import ModelFacts, ModelOrigin
from oci_mlflow_core.ports.deploy_service import ModelRegistration, Provenance

#: Source: oci.data_science.models.Metadata; older services refuse longer values.
_LONGEST = 255


def registration(  # noqa: PLR0913 (all but two are named by whoever calls)
    facts: ModelFacts,
    origin: ModelOrigin,
    *,
    display_name: str,
    freeform_tags: dict[str, str],
    compartment_id: str = "",
    project_id: str = "",
    retry_token: str = "",
) -> ModelRegistration:
    """The order that registers the model, with everything that is certain about it and nothing that is guessed."""
    return ModelRegistration(
        display_name=display_name,
        description=origin.description[:_LONGEST],
        compartment_id=compartment_id,
        project_id=project_id,
        freeform_tags=freeform_tags,
        metadata=_custom_metadata(facts, origin),
        provenance=_provenance(origin),
        retry_token=retry_token,
    )


def _custom_metadata(facts: ModelFacts, origin: ModelOrigin) -> tuple[tuple[str, str, str], ...]:
    """The keys that oci-mlflow writes; what is not known is left out, as the catalog takes no empty value."""
    version = facts.version
    items = (
        ("MLFlow Tracking Server", origin.tracking_uri, "MLflow tracking server that knows the model"),
        ("Model URI", version.pinned_uri, "URI that always means this version of the model"),
        ("MLFlow Run ID", version.run_id or "", "MLflow run that logged the model"),
        ("MLFlow Model Source", origin.artifact_location, "Where MLflow keeps the model's files"),
        ("MLFlow registry link", origin.registry_link, "Page of the model version in MLflow"),
    )
    return tuple((key, value[:_LONGEST], description) for key, value, description in items if value)


def _provenance(origin: ModelOrigin) -> Provenance:
    return Provenance(
        repository_url=origin.repository_url,
        git_branch=origin.git_branch,
        git_commit=origin.git_commit,
        training_script=origin.training_script,
    )
