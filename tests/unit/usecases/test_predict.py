"""Where a deployment is asked for predictions."""

from __future__ import annotations

from deployment_files import CONTAINER
from usecases_world import World

from oci_mlflow_core.usecases.create_deployment import create_deployment
from oci_mlflow_core.usecases.predict import predict

_MLFLOWS_OWN = f"""{CONTAINER}\
      customHttpEndpoints:
        - endpointUriSuffix: invocations
          httpMethods: [POST]
"""


def test_a_deployment_is_asked_by_its_ocid(shared_world: World) -> None:
    made = create_deployment(shared_world.ports, shared_world.create(text=CONTAINER))

    answer = predict(shared_world.service, "fraud", b"{}")

    assert (answer.body, shared_world.service.asked) == (b"{}", [made.id])


def test_one_that_declares_mlflows_own_route_is_asked_there(shared_world: World) -> None:
    made = create_deployment(shared_world.ports, shared_world.create(text=_MLFLOWS_OWN))

    answer = predict(shared_world.service, "fraud", b"{}")

    assert (answer.body, shared_world.service.asked) == (b"{}", [f"{made.url}/predict/invocations"])
