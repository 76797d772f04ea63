from __future__ import annotations

from unit.oci.deployments.sdk_models import through_the_sdk

from oci_mlflow_core.ports.deploy_service import ModelRegistration, Provenance
from oci_mlflow_plugin.adapters.oci.catalog.details import create_details, provenance_details, update_details

WHOLE = ModelRegistration(
    display_name="fraud",
    description="Scores card payments.",
    freeform_tags={"team": "risk"},
    metadata=(("Model URI", "models:/fraud/1", "where it is"),),
    defined_metadata=(("Framework", "scikit-learn"),),
    provenance=Provenance(
        repository_url="https://git.example/fraud",
        git_branch="main",
        git_commit="abc",
        script_dir="src",
        training_script="train.py",
        training_id="ocid1.datasciencejobrun.oc1.iad.a",
    ),
    input_schema="[]",
    output_schema="[1]",
)


def test_the_sdk_has_a_name_for_everything_that_is_sent() -> None:
    created, updated = create_details(WHOLE, "c", "p"), update_details(WHOLE)
    provenance = provenance_details(WHOLE.provenance)

    assert through_the_sdk(created, "CreateModelDetails") == created
    assert through_the_sdk(updated, "UpdateModelDetails") == updated
    assert through_the_sdk(provenance, "CreateModelProvenanceDetails") == provenance
    assert len(provenance) == 6


def test_the_schemas_are_said_once_and_for_all() -> None:
    assert create_details(WHOLE, "c", "p").keys() - update_details(WHOLE).keys() == {
        "compartmentId",
        "projectId",
        "inputSchema",
        "outputSchema",
    }


def test_what_is_not_known_is_not_said() -> None:
    bare = ModelRegistration(display_name="fraud", metadata=(("MLFlow Run ID", "", "the run"),))

    assert create_details(bare, "c", "p") == {"compartmentId": "c", "projectId": "p", "displayName": "fraud"}
    assert provenance_details(bare.provenance) == {}
