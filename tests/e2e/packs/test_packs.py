"""A model, its environment from conda channels and an index, the bucket, a deployment, and the model's predictions."""

from __future__ import annotations

from pathlib import Path

import pytest
from e2e.packs.conftest import Cloud


@pytest.mark.parametrize("model", ["sklearn", "xgboost", "custom"])
def test_a_model_in_a_pack_of_conda_and_pip_predicts_what_it_predicts_itself(cloud: Cloud, model: str) -> None:
    told = cloud.create(model, model, cloud.file({"name": model}))

    deployment = cloud.get(model)
    assert cloud.predict(model, model) == cloud.model(model)["predictions"]
    assert cloud.manifest(deployment["pack"])["builder"] == "rattler"
    assert f"publish it: {deployment['pack']}, " in told.err
    cloud.delete(model)


def test_an_unchanged_environment_is_deployed_again_without_moving_a_byte_of_it(cloud: Cloud) -> None:
    cloud.create("first", "custom", cloud.file({"name": "custom"}))
    cloud.server.requests.clear()
    cloud.twin.faults.forget_calls()

    cloud.create("second", "custom", cloud.file({"name": "custom"}))

    storage = {operation for service, operation, _ in cloud.twin.faults.calls if service == "object_storage"}
    assert cloud.server.requests == []
    assert storage <= {"head_object", "get_object"}
    assert cloud.get("second")["pack"] == cloud.get("first")["pack"]
    assert cloud.predict("second", "custom") == cloud.model("custom")["predictions"]
    for name in ("first", "second"):
        cloud.delete(name)


def test_a_pack_of_the_service_is_used_by_its_slug(cloud: Cloud, tmp_path: Path) -> None:
    cloud.create("own", "custom", cloud.file({"name": "custom"}))
    pack = cloud.get("own")["pack"]
    manifest = cloud.manifest(pack)
    pulled = tmp_path / "pack"
    cloud.commands.run("oci-mlflow", "packs", "pull", pack, "-t", "oci-datascience", "-o", str(pulled))
    listed = {"name": "Priced", "version": "1.0", "slug": "priced_p3_v1", "python": manifest["python"]}
    cloud.twin.service_packs.add(pulled, listed)

    cloud.create("served", "custom", cloud.file("priced_p3_v1"))

    assert cloud.get("served")["pack"].endswith("/service_pack/cpu/Priced/1.0/priced_p3_v1")
    assert cloud.predict("served", "custom") == cloud.model("custom")["predictions"]
    for name in ("own", "served"):
        cloud.delete(name)


def test_a_pack_that_a_container_built_serves_the_same(cloud: Cloud, conda_image: str) -> None:
    file = cloud.file({"name": "boxed"}, builder="docker", builderImage=conda_image)

    cloud.create("boxed", "custom", file)

    assert cloud.manifest(cloud.get("boxed")["pack"])["builder"] == "docker"
    assert cloud.predict("boxed", "custom") == cloud.model("custom")["predictions"]
    cloud.delete("boxed")
