from __future__ import annotations

import oci
from integration.oci_twin.data_science.rig import Science, refused


def test_shapes_have_a_name_cores_memory_and_a_series(science: Science) -> None:
    shapes = {shape.name: shape for shape in science.client.list_model_deployment_shapes(science.compartment_id).data}

    gpu = shapes["VM.GPU.A10.1"]
    assert (gpu.core_count, gpu.memory_in_gbs, gpu.shape_series) == (15, 240, "NVIDIA_GPU")


def test_shapes_are_paged(science: Science) -> None:
    page = science.client.list_model_deployment_shapes(science.compartment_id, limit=2)
    every = oci.pagination.list_call_get_all_results(
        science.client.list_model_deployment_shapes, science.compartment_id, limit=2
    ).data

    assert len(page.data) == 2
    assert page.has_next_page
    assert len(every) == len(science.twin.shapes)


def test_shapes_are_those_of_a_compartment(science: Science) -> None:
    answer = science.raw("/20190101/modelDeploymentShapes")

    assert answer == {"code": "MissingParameter", "message": "compartmentId is required."}


def test_shapes_of_an_unknown_compartment_are_refused(science: Science) -> None:
    answer = refused(science.client.list_model_deployment_shapes, "ocid1.compartment.oc1..elsewhere")

    assert answer[:2] == (404, "NotAuthorizedOrNotFound")
