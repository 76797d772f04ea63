"""How packs and models are called."""

from __future__ import annotations

import pytest

from oci_mlflow_core.model.artifact import ModelVersion
from oci_mlflow_core.model.environment import Lock, LockedPython, Platform
from oci_mlflow_core.model.pack import ObjectLocation
from oci_mlflow_core.planning.naming import model_display_name, pack_location, pack_name, pack_version

LOCK = Lock(builder="uv", platform=Platform.LINUX_64, python=LockedPython(version="3.11.7", kind="copied"))


def version(uri: str, **more: str) -> ModelVersion:
    return ModelVersion(uri=uri, pinned_uri=uri, **more)


def test_a_pack_lies_where_the_environment_explorer_of_oci_looks() -> None:
    location = pack_location(ObjectLocation.parse("oci://b@n/envs/"), "Fraud Model", "1.2", gpu=False)

    assert str(location) == "oci://b@n/envs/cpu/Fraud Model/1.2/fraudmodel_v1_2"


def test_gpu_packs_are_kept_apart() -> None:
    location = pack_location(ObjectLocation.parse("oci://b@n"), "fraud", "1", gpu=True)

    assert str(location) == "oci://b@n/gpu/fraud/1/fraud_v1"


@pytest.mark.parametrize(
    ("given", "model", "name"),
    [
        ("mine", version("models:/fraud/1", name="fraud"), "mine"),
        (None, version("models:/fraud/1", name="fraud"), "fraud"),
        (None, version("models:/team fraud&co/1", name="team fraud&co"), "team-fraud-co"),
        (None, version("runs:/0a1b/model"), "model"),
        (None, version("/models/fraud/"), "fraud"),
        (None, version("models:/%%%/1", name="%%%"), "model"),
    ],
)
def test_a_pack_is_called_as_asked_or_like_its_model(given: str | None, model: ModelVersion, name: str) -> None:
    assert pack_name(given, model) == name


def test_a_pack_without_a_version_is_versioned_by_its_content() -> None:
    other = Lock(builder="uv", platform=Platform.LINUX_64, python=LockedPython(version="3.11.8", kind="copied"))

    assert pack_version(None, LOCK) == LOCK.digest[:12]
    assert pack_version(None, LOCK) != pack_version(None, other)
    assert pack_version("7", LOCK) == "7"


def test_a_registered_model_is_called_by_name_and_version_in_the_catalog() -> None:
    assert model_display_name(version("models:/fraud@champion", name="fraud", version="3")) == "fraud-3"
    assert model_display_name(version("/models/fraud")) == "fraud"
