"""OCI's own documentation of the plugin, executed from top to bottom against the services' twin.

Its YAML templates are used with OCIDs, bucket and image filled in, and nothing else.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import attrs
import oci
import pytest
import requests
from commands import REFERENCE_ROW, Commands, Done, shown
from oci.data_science import DataScienceClient
from oci.object_storage import ObjectStorageClient
from twin_process import IMAGE, TwinProcess

TEMPLATES = Path(__file__).parents[2] / "corpus" / "reference"
TARGET = "oci-datascience"
OCID = "ocid1.datasciencemodeldeployment.oc1."


class Cloud:
    """The commands of the document, and OCI's own view of what they do."""

    def __init__(self, commands: Commands, twin: TwinProcess) -> None:
        self.commands, self.twin = commands, twin
        self.config = oci.config.from_file(str(twin.home / "config"))
        self.data_science = DataScienceClient(self.config, service_endpoint=twin.url)
        self.object_storage = ObjectStorageClient(self.config, service_endpoint=twin.url)

    def mlflow(self, verb: str, *arguments: str, code: int = 0) -> Done:
        return self.commands.mlflow(verb, "-t", TARGET, *arguments, code=code)

    def file(self, name: str, text: str) -> str:
        path = self.commands.folder / name
        path.write_text(text)
        return f"deploy-config-file={path}"

    def template(self, name: str, image: str = "") -> str:
        return self.twin.fill((TEMPLATES / f"{name}.yaml").read_text(), image=image)

    def get(self, name: str) -> dict[str, str]:
        return dict(shown(self.mlflow("get", "--name", name).out))

    def in_oci(self, ocid: str) -> Any:
        return self.data_science.get_model_deployment(ocid).data

    def predict(self, name: str) -> Any:
        """By MLflow's command, which needs the form that pandas reads."""
        rows = self.commands.folder / "rows.json"
        rows.write_text(json.dumps({"dataframe_split": REFERENCE_ROW}))
        return json.loads(self.mlflow("predict", "--name", name, "-I", str(rows)).out.splitlines()[-1])

    def raw_request(self, url: str, payload: Any) -> Any:
        """What ``oci raw-request`` does: a signed POST."""
        signer = oci.signer.Signer.from_config(self.config)
        answer = requests.post(f"{url}/predict", json=payload, auth=signer, timeout=60)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def nothing_is_left(self) -> None:
        compartment = self.twin.environ["TWIN_COMPARTMENT_ID"]
        live = [
            each.display_name
            for each in self.data_science.list_model_deployments(compartment).data
            if each.lifecycle_state != "DELETED"
        ]
        models = [
            each.display_name
            for each in self.data_science.list_models(compartment).data
            if each.lifecycle_state != "DELETED"
        ]
        uploads = self.object_storage.list_multipart_uploads(
            self.twin.environ["TWIN_NAMESPACE"], self.twin.environ["TWIN_BUCKET"]
        ).data
        assert (live, models, uploads) == ([], [], [])


@pytest.fixture
def document(cloud: Commands, twin: TwinProcess, tmp_path: Path) -> Cloud:
    """In a folder of its own, so that what it finds there is its own."""
    return Cloud(attrs.evolve(cloud, folder=tmp_path), twin)


def test_the_help_is_there(document: Cloud) -> None:
    told = document.mlflow("help").out

    assert "mlflow deployments create    -t TARGET --name NAME -m MODEL_URI" in told


def test_a_pack_is_built_on_the_fly_and_the_deployment_lives_through_all_commands(document: Cloud) -> None:
    config = document.file("deployment_specification.yaml", document.template("build-conda-pack"))

    created = document.mlflow("create", "--name", "cancer", "-m", "models:/cancer/1", "--config", config)
    deployment = document.get("cancer")
    ocid, url = deployment["id"], deployment["url"]

    assert created.out.splitlines()[-1] == "python_function deployment cancer is created"
    assert ocid.startswith(OCID)
    assert (deployment["name"], deployment["state"]) == ("cancer", "ACTIVE")
    assert document.get(ocid) == deployment
    assert [path.name for path in (document.commands.folder / "conda").iterdir()] == [
        f"{deployment['pack'].rpartition('/')[2]}.tar.gz"
    ]

    # invoked in each way that the document and MLflow have
    assert document.raw_request(url, REFERENCE_ROW) == {"predictions": [0]}
    assert document.predict("cancer") == {"predictions": [0]}
    bare = json.dumps(REFERENCE_ROW)
    by_ocid = document.commands.run("oci-mlflow", "predict", "-t", TARGET, "--name", ocid, "--data", bare)
    assert json.loads(by_ocid.out) == {"predictions": [0]}

    _update_by_file(document, ocid)
    _update_by_model(document, ocid, url)

    listed = document.mlflow("list").out
    assert "cancer" in listed
    assert "models:/cancer/2" in listed
    document.mlflow("delete", "--name", ocid)
    again = document.mlflow("delete", "--name", ocid)
    assert "there was nothing to delete" in again.err
    assert "cancer" not in document.mlflow("list").out
    document.nothing_is_left()


def _update_by_file(document: Cloud, ocid: str) -> None:
    """Several groups at once, in ACTIVE, under the strict reading of OCI's rules."""
    changed = (
        document.template("build-conda-pack")
        .replace("ocpus: 4", "ocpus: 2")
        .replace("      blockStorageSize: 50\n", "      bandwidthMbps: 20\n      replica: 2\n")
    )
    head, _, _ = changed.partition("  runtime:\n")
    config = document.file("deployment_update_config.yaml", f"{head}  description: changed\n")

    document.mlflow("update", "--name", ocid, "--config", config)

    there = document.in_oci(ocid)
    model = there.model_deployment_configuration_details.model_configuration_details
    shape = model.instance_configuration.model_deployment_instance_shape_config_details
    assert (there.lifecycle_state, there.description) == ("ACTIVE", "changed")
    assert (shape.ocpus, shape.memory_in_gbs) == (2, 32)
    assert (model.bandwidth_mbps, model.scaling_policy.instance_count) == (20, 2)


def _update_by_model(document: Cloud, ocid: str, url: str) -> None:
    """Another version: a new artifact and the same pack; labels are turned round in it."""
    before = document.get(ocid)

    document.mlflow("update", "--name", ocid, "-m", "models:/cancer/2")

    after = document.get(ocid)
    assert (after["url"], after["pack"]) == (url, before["pack"])
    assert after["model_uri"] == "models:/cancer/2"
    assert after["model_id"] != before["model_id"]
    assert document.raw_request(url, REFERENCE_ROW) == {"predictions": [1]}
    assert document.in_oci(ocid).description == "changed"


def test_a_published_pack_is_used(document: Cloud, python_3_9_model: str) -> None:
    build = document.file("build.yaml", document.template("build-conda-pack"))
    document.mlflow("create", "--name", "first", "-m", python_3_9_model, "--config", build)
    _publish_as_other_tools_do(document, document.get("first")["pack"])
    config = document.file("published.yaml", document.template("published-conda-pack"))

    document.mlflow("create", "--name", "second", "-m", python_3_9_model, "--config", config)

    second = document.get("second")
    assert second["pack"].endswith("/path/to/conda-env")
    assert document.raw_request(second["url"], REFERENCE_ROW) == {"predictions": [0]}
    for name in ("first", "second"):
        document.mlflow("delete", "--name", name)
    document.nothing_is_left()


def _publish_as_other_tools_do(document: Cloud, pack: str) -> None:
    """A pack with nothing but the manifest that ADS writes, under the name in the template."""
    namespace, bucket = document.twin.environ["TWIN_NAMESPACE"], document.twin.environ["TWIN_BUCKET"]
    name = pack.partition(f"{bucket}@{namespace}/")[2]
    found = document.object_storage.get_object(namespace, bucket, name)
    manifest = json.loads(found.headers["opc-meta-manifest"])
    theirs = {key: manifest[key] for key in ("name", "version", "slug", "python", "arch_type", "type", "pack_path")}
    document.object_storage.put_object(
        namespace,
        bucket,
        "path/to/conda-env",
        found.data.content,
        content_type="application/octet-stream",
        opc_meta={"manifest": json.dumps(theirs)},
    )


@pytest.fixture(scope="module")
def python_3_9_model(store: Commands, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A version that was logged where the template's Python was used, with the MLflow 2 of its days."""
    folder = tmp_path_factory.mktemp("python39")
    uv = [sys.executable, "-m", "uv"]
    made = subprocess.run([*uv, "venv", "-q", "--python", "3.9", "--no-python-downloads", folder / "venv"], check=False)
    if made.returncode:
        pytest.skip("no Python 3.9 on this machine")
    python = folder / "venv" / "bin" / "python"
    requirements = ["mlflow==2.22.1", "setuptools<81", "sqlalchemy<2.1"]
    subprocess.run([*uv, "pip", "install", "-q", "--python", python, *requirements], check=True)
    script = Path(__file__).with_name("save_classifier.py")
    columns = ",".join(REFERENCE_ROW["columns"])
    subprocess.run([python, script, folder / "model", columns], check=True, cwd=folder)
    registering = f"import mlflow; print(mlflow.register_model({str(folder / 'model')!r}, 'veteran').version)"
    version = store.python(registering).out.split()[-1]
    return f"models:/veteran/{version}"


def test_a_container_image_is_deployed(document: Cloud) -> None:
    config = document.file("container.yaml", document.template("container-image", IMAGE))

    document.mlflow("create", "--name", "boxed", "-m", "models:/cancer/1", "--config", config)

    boxed = document.get("boxed")
    assert document.raw_request(boxed["url"], {"dataframe_split": REFERENCE_ROW}) == {"predictions": [0]}
    assert document.predict("boxed") == {"predictions": [0]}
    environment = document.in_oci(boxed["id"]).model_deployment_configuration_details.environment_configuration_details
    assert (environment.image, environment.server_port, environment.health_check_port) == (IMAGE, 5001, 5001)
    document.mlflow("delete", "--name", "boxed")
    document.nothing_is_left()
