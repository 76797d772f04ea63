from __future__ import annotations

import pytest
from unit.local.containers.settled import IMAGE, flexible, settings

from oci_mlflow_core.spec.infrastructure import Infrastructure
from oci_mlflow_core.spec.runtime import HttpEndpoint, HttpMethod
from oci_mlflow_plugin.adapters.local.containers.settings import Endpoint, settings_from

_DIGEST = f"sha256:{'0' * 64}"


def test_settings_are_the_same_after_they_were_written_down() -> None:
    endpoints = (HttpEndpoint(endpoint_uri_suffix="invocations", http_methods=(HttpMethod.POST,)),)
    made = settings(
        flexible("VM.Standard.E4.Flex", 2, 8), cmd=("serve",), custom_http_endpoints=endpoints, server_port=5001
    )

    assert settings_from(made.to_plain()) == made
    assert made.endpoints == (Endpoint("invocations", ("POST",)),)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, (8080, 8080)),
        ({"server_port": 5001}, (5001, 5001)),
        ({"health_check_port": 5002}, (5002, 5002)),
        ({"server_port": 5001, "health_check_port": 5002}, (5001, 5002)),
    ],
)
def test_a_port_that_is_left_out_is_the_other_one_or_8080(given: dict[str, int], expected: tuple[int, int]) -> None:
    made = settings(None, **given)

    assert (made.server_port, made.health_check_port) == expected


@pytest.mark.parametrize(("shape", "cpus"), [("VM.Standard.E4.Flex", 4), ("VM.Standard.A1.Flex", 2)])
def test_an_ocpu_is_two_processors_unless_the_shape_is_arm(shape: str, cpus: int) -> None:
    made = settings(flexible(shape, 2, 8))

    assert (made.cpus, made.memory) == (cpus, 8 * 1024**3)


def test_without_a_size_there_are_no_limits() -> None:
    made = settings(Infrastructure(shape_name="VM.Standard2.1"))

    assert (made.cpus, made.memory) == (None, None)


def test_reserved_variables_win_over_those_of_the_deployment() -> None:
    made = settings(Infrastructure(web_concurrency=3), env={"TENANCY_OCID": "mine", "COLOUR": "red"})

    assert made.environment == {
        "WEB_CONCURRENCY": "3",
        "COLOUR": "red",
        "MODEL_DEPLOYMENT_OCID": "ocid1.deployment",
        "TENANCY_OCID": "ocid1.tenancy.oc1..local",
        "CONTAINER_CUSTOM_IMAGE": IMAGE,
    }


@pytest.mark.parametrize(
    ("image", "digest", "reference"),
    [
        (IMAGE, "", IMAGE),
        (IMAGE, _DIGEST, f"iad.ocir.io/namespace/fraud@{_DIGEST}"),
        ("127.0.0.1:5000/fraud", _DIGEST, f"127.0.0.1:5000/fraud@{_DIGEST}"),
        (f"iad.ocir.io/namespace/fraud@{_DIGEST}", _DIGEST, f"iad.ocir.io/namespace/fraud@{_DIGEST}"),
    ],
)
def test_a_digest_decides_which_image_it_is(image: str, digest: str, reference: str) -> None:
    made = settings(image=image, image_digest=digest or None)

    assert made.reference == reference
