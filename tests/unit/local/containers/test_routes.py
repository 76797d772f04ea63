from __future__ import annotations

import pytest
from unit.local.containers.settled import settings

from oci_mlflow_core.spec.runtime import HttpEndpoint, HttpMethod
from oci_mlflow_plugin.adapters.local.containers.routes import Refused, Route, route

_MADE = settings(
    server_port=5001,
    health_check_port=5002,
    custom_http_endpoints=(
        HttpEndpoint(endpoint_uri_suffix="invocations", http_methods=(HttpMethod.POST,)),
        HttpEndpoint(endpoint_uri_suffix="/v1/models/{}", http_methods=(HttpMethod.GET, HttpMethod.DELETE)),
    ),
)


@pytest.mark.parametrize(
    ("method", "target", "expected"),
    [
        ("POST", "/predict", Route(5001, "/predict")),
        ("POST", "/predict?a=b", Route(5001, "/predict?a=b")),
        ("POST", "/predictWithResponseStream", Route(5001, "/predictWithResponseStream")),
        ("POST", "/predict/invocations", Route(5001, "/invocations")),
        ("POST", "/predictWithResponseStream/invocations", Route(5001, "/invocations")),
        ("GET", "/predict/v1/models/fraud?full=1", Route(5001, "/v1/models/fraud?full=1")),
        ("GET", "/health", Route(5002, "/health")),
    ],
)
def test_a_request_goes_to_its_endpoint(method: str, target: str, expected: Route) -> None:
    assert route(_MADE, method, target) == expected


@pytest.mark.parametrize(
    "target", ["/", "/invocations", "/predict/v1/models", "/predict/v1/models/a/b", "/predictions"]
)
def test_what_the_deployment_does_not_declare_is_not_found(target: str) -> None:
    refused = route(_MADE, "POST", target)

    assert refused == Refused(404, "NotFound", f"the deployment declares no endpoint {target}")


def test_an_endpoint_takes_the_methods_that_it_declares() -> None:
    refused = route(_MADE, "POST", "/predict/v1/models/fraud")

    message = "POST is not allowed here; expected GET or DELETE"
    assert refused == Refused(405, "MethodNotAllowed", message)
