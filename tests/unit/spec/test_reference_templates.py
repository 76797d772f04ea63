"""The three templates of the reference document, as they stand and with their placeholders filled in."""

from __future__ import annotations

from pathlib import Path

import pytest

from oci_mlflow_core.errors import SpecError
from oci_mlflow_core.spec.loaded import LoadedSpec
from oci_mlflow_core.spec.reading import read_spec
from oci_mlflow_core.spec.runtime import CondaRuntime, ContainerRuntime, PackBuild

REFERENCE = Path(__file__).parents[2] / "corpus" / "reference"
FILLINGS = {"<unique_ID>": "aaaa", "{region}": "iad", "<your tenancy>": "namespace", "<imagename>": "image"}
LEFT_OVER = """\
deploy.yaml:7:19: spec.infrastructure.spec.logGroupId: still holds the template's placeholder '<unique_ID>'; \
put an OCID (ocid1.loggroup.…) there
deploy.yaml:8:14: spec.infrastructure.spec.logId: still holds the template's placeholder '<unique_ID>'; \
put an OCID (ocid1.log.…) there
deploy.yaml:9:18: spec.infrastructure.spec.projectId: still holds the template's placeholder '<unique_ID>'; \
put an OCID (ocid1.datascienceproject.…) there
deploy.yaml:10:22: spec.infrastructure.spec.compartmentId: still holds the template's placeholder '<unique_ID>'; \
put an OCID (ocid1.compartment.… or ocid1.tenancy.…) there"""
BRACES = (
    "deploy.yaml:21:14: YAML reads the '{' as the beginning of a mapping; put the value in quotes: "
    '"{region}.ocir.io/<your tenancy>/<imagename>"'
)
NOTE = (
    "deploy.yaml:15:7: spec.infrastructure.spec.blockStorageSize: "
    "OCI Data Science has no such setting for model deployments; it is ignored"
)


def read(text: str) -> LoadedSpec:
    return read_spec(text, source="deploy.yaml", folder=Path("/specs"), environ={})


def filled(name: str) -> LoadedSpec:
    text = (REFERENCE / f"{name}.yaml").read_text()
    for placeholder, value in FILLINGS.items():
        text = text.replace(placeholder, value)
    return read(text)


@pytest.mark.parametrize(
    ("name", "messages"),
    [("build-conda-pack", LEFT_OVER), ("published-conda-pack", LEFT_OVER), ("container-image", BRACES)],
)
def test_as_it_stands_it_is_told_what_to_fill_in(name: str, messages: str) -> None:
    text = (REFERENCE / f"{name}.yaml").read_text()

    with pytest.raises(SpecError) as caught:
        read(text)

    assert messages == str(caught.value)


def test_an_image_in_quotes_is_told_that_it_holds_a_placeholder() -> None:
    text = (REFERENCE / "container-image.yaml").read_text().replace("<unique_ID>", "aaaa")
    image = "{region}.ocir.io/<your tenancy>/<imagename>"

    with pytest.raises(SpecError) as caught:
        read(text.replace(image, f'"{image}"'))

    assert (
        str(caught.value) == "deploy.yaml:21:14: spec.runtime.spec.image: still holds the template's placeholder "
        "'{region}'; put an image in OCIR such as iad.ocir.io/namespace/repository:tag there"
    )


def test_the_template_that_builds_a_pack_is_read() -> None:
    loaded = filled("build-conda-pack")

    assert loaded.spec.runtime == CondaRuntime(
        uri=PackBuild(
            name="bc_sklearn_conda",
            destination="oci://mayoor-dev@ociodscdev/mlflow-conda-envs/",
            gpu=False,
            overwrite=False,
            keep_local=True,
            local_conda_dir=Path("/specs/conda"),
        )
    )
    assert loaded.notes == (NOTE,)


def test_the_template_with_a_published_pack_is_read() -> None:
    loaded = filled("published-conda-pack")

    assert loaded.spec.runtime == CondaRuntime(uri="oci://bucket@namespace/path/to/conda-env", python_version="3.9.15")
    assert loaded.notes == (NOTE,)


def test_the_template_with_a_container_is_read() -> None:
    loaded = filled("container-image")

    assert loaded.spec.runtime == ContainerRuntime(
        image="iad.ocir.io/namespace/image", server_port=5001, health_check_port=5001
    )
    assert loaded.notes == (NOTE,)


def test_the_infrastructure_of_a_template_is_read() -> None:
    infrastructure = filled("container-image").spec.infrastructure

    assert infrastructure is not None
    assert infrastructure.shape_config_details is not None
    assert infrastructure.compartment_id == "ocid1.compartment.oc1..aaaa"
    assert infrastructure.shape_name == "VM.Standard.E3.Flex"
    assert infrastructure.shape_config_details.memory_in_gbs == 32
    assert infrastructure.replica == 1
