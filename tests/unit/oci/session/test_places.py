from __future__ import annotations

from collections.abc import Callable

import pytest

from oci_mlflow_core.errors import InvalidRequestError
from oci_mlflow_plugin.adapters.oci.session.places import compartment_id, project_id
from oci_mlflow_plugin.adapters.oci.session.settings import Settings

Resolve = Callable[[str | None, str | None, Settings], str]
ENVIRON = {
    "OCI_MLFLOW_COMPARTMENT_ID": "ours",
    "OCI_MLFLOW_PROJECT_ID": "ours",
    "NB_SESSION_COMPARTMENT_OCID": "notebook",
    "PROJECT_OCID": "notebook",
}


@pytest.fixture(params=[compartment_id, project_id], ids=["compartment", "project"])
def resolve(request: pytest.FixtureRequest) -> Resolve:
    resolver: Resolve = request.param
    return resolver


def test_the_file_is_heeded_first(resolve: Resolve) -> None:
    assert resolve("file", "target", Settings(ENVIRON)) == "file"


def test_then_the_target(resolve: Resolve) -> None:
    assert resolve(None, "target", Settings(ENVIRON)) == "target"


def test_then_our_variable(resolve: Resolve) -> None:
    assert resolve(None, None, Settings(ENVIRON)) == "ours"


@pytest.mark.parametrize(
    "variable",
    [
        "NB_SESSION_COMPARTMENT_OCID",
        "PROJECT_COMPARTMENT_OCID",
        "JOB_RUN_COMPARTMENT_OCID",
        "PIPELINE_RUN_COMPARTMENT_OCID",
    ],
)
def test_then_the_compartment_of_the_notebook_job_or_pipeline(variable: str) -> None:
    assert compartment_id(None, None, Settings({variable: "theirs"})) == "theirs"


@pytest.mark.parametrize("variable", ["PROJECT_OCID", "PIPELINE_PROJECT_OCID"])
def test_then_the_project_of_the_notebook_or_pipeline(variable: str) -> None:
    assert project_id(None, None, Settings({variable: "theirs"})) == "theirs"


def test_a_compartment_that_nothing_names_is_asked_for_in_four_ways() -> None:
    with pytest.raises(InvalidRequestError) as refused:
        compartment_id(None, None, Settings({}))

    assert str(refused.value) == "the compartment is not known"
    assert refused.value.hint == (
        "Name its OCID as spec.infrastructure.spec.compartmentId in the deployment file, as ?compartment-id=… in the "
        "target or in the variable OCI_MLFLOW_COMPARTMENT_ID; a notebook session or job run of OCI Data Science knows "
        "its own."
    )


def test_a_project_that_nothing_names_is_asked_for_in_four_ways() -> None:
    with pytest.raises(InvalidRequestError) as refused:
        project_id(None, None, Settings({}))

    assert str(refused.value) == "the project is not known"
    assert refused.value.hint == (
        "Name its OCID as spec.infrastructure.spec.projectId in the deployment file, as ?project-id=… in the "
        "target or in the variable OCI_MLFLOW_PROJECT_ID; a notebook session or job run of OCI Data Science knows "
        "its own."
    )
