"""Deployments over the SDK alone: a pack in the twin's bucket, models in its catalog, waits for work requests."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs
import oci
import requests
from integration.oci_twin.conftest import new_client
from integration.oci_twin.runtime_rig import MINOR, RUNTIME, make_zip
from oci.data_science import DataScienceClient
from oci.model_deployment import ModelDeploymentClient
from oci.object_storage import ObjectStorageClient
from oci.signer import Signer
from oci_twin.twin import Twin

PACK = "conda/tiny_v1"
_ENDS = ("SUCCEEDED", "FAILED", "CANCELED")
_LONGEST = 120


@attrs.frozen
class Cloud:
    """A user of the twin, who has nothing but the SDK."""

    twin: Twin
    folder: Path

    @property
    def data_science(self) -> DataScienceClient:
        return new_client(self.twin, DataScienceClient)

    @property
    def pack_uri(self) -> str:
        return f"oci://{self.twin.bucket}@{self.twin.namespace}/{PACK}"

    def put_pack(self, pack: Path) -> None:
        storage = new_client(self.twin, ObjectStorageClient)
        with pack.open("rb") as stream:
            storage.put_object(self.twin.namespace, self.twin.bucket, PACK, stream)

    def model(self, score: str, **files: str) -> str:
        """The OCID of a model with that score.py."""
        runtime = RUNTIME.format(minor=MINOR).replace("oci://packs@tests/conda/tiny_v1", self.pack_uri)
        return self.model_of({"score.py": score, "runtime.yaml": runtime, **files})

    def model_of(self, files: Mapping[str, str]) -> str:
        """The OCID of a model with those files for its artifact."""
        archive = make_zip(self.folder / "artifact.zip", files)
        details = {"compartmentId": self.twin.compartment_id, "projectId": self.twin.project_id}
        model = self.data_science.create_model(details).data
        name = 'attachment; filename="artifact.zip"'
        self.data_science.create_model_artifact(model.id, archive.read_bytes(), content_disposition=name)
        return str(model.id)

    def create(self, model_id: str, environment: Mapping[str, Any] | None = None) -> tuple[str, Any]:
        """The OCID of a deployment of the model, and the work request in its end."""
        logged = {"logId": self.twin.log_id, "logGroupId": self.twin.log_group_id}
        details = {
            "compartmentId": self.twin.compartment_id,
            "projectId": self.twin.project_id,
            "displayName": "tiny",
            "categoryLogDetails": {"access": logged, "predict": logged},
            "modelDeploymentConfigurationDetails": _configuration(model_id, environment),
        }
        answered = self.data_science.create_model_deployment(details)
        return str(answered.data.id), self.ended(answered)

    def update_model(self, deployment_id: str, model_id: str) -> Any:
        """The work request of an update to another model, in its end."""
        configuration = {"deploymentType": "SINGLE_MODEL", "modelConfigurationDetails": {"modelId": model_id}}
        details = {"modelDeploymentConfigurationDetails": configuration}
        return self.ended(self.data_science.update_model_deployment(deployment_id, details))

    def ended(self, answered: Any) -> Any:
        """The work request that an answer names, in its end."""
        work_request = answered.headers["opc-work-request-id"]
        deadline = time.monotonic() + _LONGEST
        while (found := self.data_science.get_work_request(work_request).data).status not in _ENDS:
            assert time.monotonic() < deadline, found
            time.sleep(0.05)
        return found

    def errors(self, work_request: Any) -> list[str]:
        return [error.message for error in self.data_science.list_work_request_errors(work_request.id).data]

    def logs(self, work_request: Any) -> list[str]:
        return [entry.message for entry in self.data_science.list_work_request_logs(work_request.id).data]

    def state(self, deployment_id: str) -> str:
        return str(self.data_science.get_model_deployment(deployment_id).data.lifecycle_state)

    def predict(self, deployment_id: str, data: object) -> Any:
        """The prediction; the status where there is none."""
        client = new_client(self.twin, ModelDeploymentClient)
        try:
            return json.loads(client.predict(deployment_id, json.dumps(data)).data)
        except oci.exceptions.ServiceError as refusal:
            return refusal.status

    def ask(self, method: str, deployment_id: str, path: str, **more: Any) -> requests.Response:
        """The answer to a signed request below a deployment."""
        config = self.twin.sdk_config()
        signer = Signer(config["tenancy"], config["user"], config["fingerprint"], config["key_file"])
        return requests.request(method, f"{self.twin.url}/{deployment_id}{path}", auth=signer, timeout=60, **more)


@contextmanager
def cloud(folder: Path, pack: Path, **choices: Any) -> Iterator[Cloud]:
    """A twin of its own, with the pack in its bucket."""
    with Twin(**choices) as twin:
        user = Cloud(twin, folder)
        user.put_pack(pack)
        yield user


def _configuration(model_id: str, environment: Mapping[str, Any] | None) -> dict[str, Any]:
    instance = {
        "instanceShapeName": "VM.Standard.E4.Flex",
        "modelDeploymentInstanceShapeConfigDetails": {"ocpus": 1, "memoryInGBs": 16},
    }
    section = {
        "modelId": model_id,
        "instanceConfiguration": instance,
        "scalingPolicy": {"policyType": "FIXED_SIZE", "instanceCount": 1},
        "bandwidthMbps": 10,
    }
    own = {"environmentConfigurationType": "DEFAULT", **(environment or {})}
    return {
        "deploymentType": "SINGLE_MODEL",
        "modelConfigurationDetails": section,
        "environmentConfigurationDetails": own,
    }
