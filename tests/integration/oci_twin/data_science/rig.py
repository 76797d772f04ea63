"""The control plane of a twin over HTTP with the settings that a test wants, and what tests make in it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs
import oci
import requests
from integration.oci_twin.conftest import new_client
from oci_twin.clock import ManualClock
from oci_twin.twin import Twin

SHAPE = "VM.Standard.E4.Flex"
#: The retry token of a call that is sent twice.
REPEATED = "the-same-call"
ONCE = oci.retry.NoneRetryStrategy()


@attrs.frozen
class Science:
    """A twin without a runtime whose control plane is looked at, and the SDK's clients for it."""

    twin: Twin
    clock: ManualClock
    client: Any
    storage: Any

    @property
    def compartment_id(self) -> str:
        return self.twin.compartment_id

    @property
    def other_compartment_id(self) -> str:
        """The root of the tenancy is a compartment like any other."""
        return self.twin.tenancy_id

    @property
    def project_id(self) -> str:
        return self.twin.project_id

    def post(self, path: str, body: object) -> requests.Response:
        """Scripts the twin as another process would."""
        return requests.post(f"{self.twin.url}{path}", json=body, timeout=10)

    def delete(self, path: str) -> requests.Response:
        return requests.delete(f"{self.twin.url}{path}", timeout=10)

    def raw(self, path: str) -> Any:
        """The JSON that a signed GET is answered with."""
        signer = self.client.base_client.signer
        return requests.get(f"{self.twin.url}{path}", auth=signer, timeout=10).json()

    def model(self, *, artifact: bytes | None = b"zip", **details: Any) -> str:
        """A model with an artifact, and gives its OCID."""
        usual = {"compartmentId": self.compartment_id, "projectId": self.project_id, "displayName": "m"}
        model_id = self.client.create_model({**usual, **details}).data.id
        if artifact is not None:
            self.client.create_model_artifact(model_id, artifact)
        return str(model_id)

    def deployment_details(self, model_id: str, **details: Any) -> dict[str, Any]:
        """The least that a deployment of one model needs."""
        return {
            "compartmentId": self.compartment_id,
            "projectId": self.project_id,
            "displayName": "d",
            "modelDeploymentConfigurationDetails": single(model_id),
            **details,
        }

    def create(self, details: dict[str, Any] | None = None) -> str:
        """An accepted deployment, and gives its OCID."""
        body = details or self.deployment_details(self.model())
        return str(self.client.create_model_deployment(body).data.id)

    def active(self, details: dict[str, Any] | None = None) -> str:
        """An active deployment, and gives its OCID."""
        deployment_id = self.create(details)
        assert self.settled(deployment_id) == "ACTIVE"
        return deployment_id

    def settled(self, deployment_id: str) -> str:
        """Looks until the deployment is in a state in which it stays, and gives that."""
        for _ in range(5):
            state = self.state(deployment_id)
            if not state.endswith("ING"):
                break
        return self.state(deployment_id)

    def state(self, deployment_id: str) -> str:
        """The state that a look at the deployment sees."""
        return str(self.client.get_model_deployment(deployment_id).data.lifecycle_state)

    def update(self, deployment_id: str, **details: Any) -> Any:
        """An accepted update, and gives its response."""
        return self.client.update_model_deployment(deployment_id, details)

    def updated(self, deployment_id: str, **details: Any) -> Any:
        """The deployment after an update that has come to its end."""
        self.update(deployment_id, **details)
        self.settled(deployment_id)
        return self.client.get_model_deployment(deployment_id).data


def single(model_id: str, *, environment: Mapping[str, Any] | None = None, **model: Any) -> dict[str, Any]:
    """The configuration of a deployment of one model."""
    configuration: dict[str, Any] = {
        "deploymentType": "SINGLE_MODEL",
        "modelConfigurationDetails": {"modelId": model_id, "instanceConfiguration": instance(), **model},
    }
    return {**configuration, **({"environmentConfigurationDetails": environment} if environment else {})}


def instance(shape: str = SHAPE, **more: Any) -> dict[str, Any]:
    config = {"ocpus": 1, "memoryInGBs": 16}
    flexible = {"modelDeploymentInstanceShapeConfigDetails": config} if shape.endswith(".Flex") else {}
    return {"instanceShapeName": shape, **flexible, **more}


def change(model_id: str, *, environment: Mapping[str, Any] | None = None, **model: Any) -> dict[str, Any]:
    """The configuration of an update, which needs the model's id."""
    configuration: dict[str, Any] = {
        "deploymentType": "SINGLE_MODEL",
        "modelConfigurationDetails": {"modelId": model_id, **model},
    }
    return {**configuration, **({"environmentConfigurationDetails": environment} if environment else {})}


def container(**more: Any) -> dict[str, Any]:
    image = "iad.ocir.io/twin/serving:1.0"
    return {"environmentConfigurationType": "OCIR_CONTAINER", "image": image, **more}


def conda(**variables: str) -> dict[str, Any]:
    return {"environmentConfigurationType": "DEFAULT", "environmentVariables": variables}


def autoscaling(**more: Any) -> dict[str, Any]:
    """A policy on the use of CPU, from one to three instances."""
    rule = {
        "metricExpressionRuleType": "PREDEFINED_EXPRESSION",
        "metricType": "CPU_UTILIZATION",
        "scaleInConfiguration": {"scalingConfigurationType": "THRESHOLD", "threshold": 30},
        "scaleOutConfiguration": {"scalingConfigurationType": "THRESHOLD", "threshold": 70},
    }
    automatic = {
        "autoScalingPolicyType": "THRESHOLD",
        "minimumInstanceCount": 1,
        "initialInstanceCount": 1,
        "maximumInstanceCount": 3,
        "rules": [rule],
        **more,
    }
    return {"policyType": "AUTOSCALING", "autoScalingPolicies": [automatic]}


def refused(call: Callable[..., Any], *arguments: Any, **named: Any) -> tuple[int, str, str]:
    """The status, code and message that a call is refused with."""
    try:
        call(*arguments, **named)
    except oci.exceptions.ServiceError as error:
        return error.status, str(error.code), str(error.message)
    raise AssertionError("The call was not refused.")


def zipped(**files: str) -> bytes:
    """A zip with files at its root; underscores of their names stand for dots."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, text in files.items():
            archive.writestr(name.replace("_", "."), text)
    return content.getvalue()


@contextmanager
def serving(home: Path | None = None, **choices: Any) -> Iterator[Science]:
    """A twin that answers until the end of the block; the choices are those of `Twin`."""
    clock = ManualClock()
    with Twin(home, clock=clock, **{"runtime": "none", **choices}) as twin:
        yield science_of(twin, clock)


def science_of(twin: Twin, clock: ManualClock) -> Science:
    client = new_client(twin, oci.data_science.DataScienceClient)
    return Science(twin, clock, client, new_client(twin, oci.object_storage.ObjectStorageClient))
