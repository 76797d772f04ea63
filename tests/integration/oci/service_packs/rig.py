"""Packs of the service, and deployments that name them."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import attrs
import oci
from oci_twin.twin import Twin
from ruamel.yaml import YAML

from oci_mlflow_plugin.client import OciDataScienceDeploymentClient

SLUG = "generalml_p311_cpu_x86_64_v1"


@attrs.frozen
class Shop:
    """OCI's own packs on the shelf, and a customer."""

    twin: Twin
    folder: Path

    def pack(self, slug: str = SLUG, python: str = "3.11", **manifest: Any) -> str:
        """A pack of the service, of bytes that nobody unpacks here."""
        path = self.folder / "pack"
        path.write_bytes(b"a pack")
        said = {"name": "General ML for CPU", "version": "1.0", "slug": slug, "python": python, **manifest}
        return self.twin.service_packs.add(path, said)

    def create(self, uri: str) -> dict[str, Any]:
        """Creates a deployment of a model that Python 3.11 wrote."""
        runtime = {"kind": "runtime", "type": "conda", "spec": {"uri": uri}}
        shape = {"shapeName": "VM.Standard.E4.Flex", "shapeConfigDetails": {"ocpus": 1, "memoryInGBs": 16}}
        infrastructure = {"kind": "infrastructure", "type": "modelDeployment", "spec": shape}
        file = self.folder / "deploy.yaml"
        sections = {"infrastructure": infrastructure, "runtime": runtime}
        # JSON is YAML
        file.write_text(json.dumps({"kind": "deployment", "spec": sections}))
        client = OciDataScienceDeploymentClient("oci-datascience")
        return client.create_deployment("fraud", self._model(), config={"deploy-config-file": str(file)})

    def environment_of(self, model_id: str) -> dict[str, str]:
        """``INFERENCE_CONDA_ENV`` of the model's runtime.yaml, as OCI has it."""
        config = self.twin.sdk_config()
        client = oci.data_science.DataScienceClient(config, service_endpoint=self.twin.url)
        content = client.get_model_artifact_content(model_id).data.content
        with zipfile.ZipFile(io.BytesIO(content)) as artifact:
            document = YAML(typ="safe").load(artifact.read("runtime.yaml"))
        return dict(document["MODEL_DEPLOYMENT"]["INFERENCE_CONDA_ENV"])

    def calls(self, operation: str) -> int:
        return sum(1 for call in self.twin.faults.calls if call[1] == operation)

    def _model(self) -> str:
        folder = self.folder / "model"
        folder.mkdir(exist_ok=True)
        flavor = "    loader_module: mlflow.sklearn\n    python_version: 3.11.9\n"
        (folder / "MLmodel").write_text(f"flavors:\n  python_function:\n{flavor}mlflow_version: 3.1.0\n")
        return str(folder)
