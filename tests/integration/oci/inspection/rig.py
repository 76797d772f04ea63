"""Deployment files and packs to look at, and findings by what they are about."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import attrs
from integration.oci.deployments.rig import make_pack
from oci_twin.http.faults import Fault
from oci_twin.twin import Twin

from oci_mlflow_core.model.pack import ObjectLocation
from oci_mlflow_core.model.target import Session, Target
from oci_mlflow_core.testing.progress_sink import RecordingStep
from oci_mlflow_plugin.adapters.oci.object_storage.store import OciPackStore
from oci_mlflow_plugin.adapters.oci.session.connection import Connection
from oci_mlflow_plugin.client import OciDataScienceDeploymentClient

OCI = "oci-datascience"
IMAGE = "iad.ocir.io/ns/scorer:1"


@attrs.frozen
class Desk:
    """Where somebody looks at OCI from."""

    twin: Twin
    folder: Path

    def client(self, target: str = OCI) -> OciDataScienceDeploymentClient:
        return OciDataScienceDeploymentClient(target)

    def file(self, *, runtime: dict[str, Any] | None = None, **infrastructure: Any) -> str:
        """Writes the deployment file and gives its path."""
        sections: dict[str, Any] = {
            "infrastructure": {
                "kind": "infrastructure",
                "type": "datascienceModelDeployment",
                "spec": infrastructure,
            }
        }
        if runtime is not None:
            sections["runtime"] = {"kind": "runtime", **runtime}
        path = self.folder / "deploy.yaml"
        # JSON is YAML
        path.write_text(json.dumps({"kind": "deployment", "spec": sections}))
        return str(path)

    def conda(self, **spec: Any) -> str:
        """A file for a published pack."""
        return self.file(runtime={"type": "conda", "spec": spec})

    def container(self, **spec: Any) -> str:
        return self.file(runtime={"type": "container", "spec": {"image": IMAGE, **spec}})

    def findings(
        self, file: str | None = None, *, target: str = OCI, model_uri: str | None = None
    ) -> dict[str, tuple[str, str, str]]:
        """What the client's `diagnose` found: outcome, told and remedy by subject."""
        config = {"deploy-config-file": file or self.file()}
        found = self.client(target).diagnose(config, model_uri)
        return {each["subject"]: (each["outcome"], each["told"], each["remedy"]) for each in found}

    def refuse(self, operation: str, status: int = 404, **more: Any) -> None:
        self.twin.faults.add(Fault(operation=operation, status=status, times=None, **more))

    def publish(self, path: str = "conda-envs/cpu/rig/1/rig_v1") -> ObjectLocation:
        """Puts a pack with this machine's Python into the twin's bucket."""
        location = ObjectLocation.parse(f"oci://{self.twin.bucket}@{self.twin.namespace}/{path}")
        pack = make_pack(self.folder / "rig.tar.gz")
        store = OciPackStore(Connection(Session(target=Target(), home=self.folder / "home")))
        store.publish(location, pack, RecordingStep("packs"))
        return location
