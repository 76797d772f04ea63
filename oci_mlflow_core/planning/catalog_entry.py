"""What the model catalog is told about an MLflow model."""

from __future__ import annotations

from oci_mlflow_core.model.artifact import ModelFacts, ModelOrigin
from oci_mlflow_core.planning.catalog_framework import defined_metadata
from oci_mlflow_core.planning.catalog_schema import input_schema, output_schema
from oci_mlflow_core.ports.deploy_service import ModelRegistration, Provenance

#: Characters. Source: Oracle's page on saving models to the catalog, "metadata"; all items together may have 32 000
#: bytes, which this few of that length never reach.
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
        description=_shortened(origin.description),
        compartment_id=compartment_id,
        project_id=project_id,
        freeform_tags=freeform_tags,
        metadata=_custom_metadata(facts, origin),
        defined_metadata=tuple((key, value) for key, value in defined_metadata(facts) if len(value) <= _LONGEST),
        provenance=_provenance(origin),
        input_schema=input_schema(facts.signature),
        output_schema=output_schema(facts.signature),
        retry_token=retry_token,
    )


def _custom_metadata(facts: ModelFacts, origin: ModelOrigin) -> tuple[tuple[str, str, str], ...]:
    """The keys that oci-mlflow writes.

    What is not known is left out, as the catalog takes no empty value, and so is a URI that is too long: cut short, it
    would name something else.
    """
    version = facts.version
    items = (
        ("MLFlow Tracking Server", origin.tracking_uri, "MLflow tracking server that knows the model"),
        ("Model URI", version.pinned_uri, "URI that always means this version of the model"),
        ("MLFlow Run ID", version.run_id or "", "MLflow run that logged the model"),
        ("MLFlow Model Source", origin.artifact_location, "Where MLflow keeps the model's files"),
        ("MLFlow registry link", origin.registry_link, "Page of the model version in MLflow"),
    )
    return tuple(item for item in items if 0 < len(item[1]) <= _LONGEST)


def _provenance(origin: ModelOrigin) -> Provenance:
    return Provenance(
        repository_url=origin.repository_url,
        git_branch=origin.git_branch,
        git_commit=origin.git_commit,
        training_script=origin.training_script,
    )


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1].rstrip()}…"
