"""Deployments whose pack is one of OCI's own."""

from __future__ import annotations

import pytest
from integration.oci.service_packs.rig import SLUG, Shop
from mlflow.exceptions import MlflowException


def test_the_pack_of_a_slug_is_what_oci_unpacks(shop: Shop) -> None:
    uri = shop.pack()

    made = shop.create(SLUG)

    assert shop.environment_of(made["model_id"]) == {
        "INFERENCE_ENV_SLUG": SLUG,
        "INFERENCE_ENV_TYPE": "data_science",
        "INFERENCE_ENV_PATH": uri,
        "INFERENCE_PYTHON_VERSION": "3.11",
    }
    assert made["state"] == "ACTIVE"


def test_the_uri_of_a_service_pack_means_the_same(shop: Shop) -> None:
    uri = shop.pack()

    made = shop.create(uri)

    assert shop.environment_of(made["model_id"])["INFERENCE_ENV_TYPE"] == "data_science"


def test_what_the_pack_does_not_say_is_noted(shop: Shop, capfd: pytest.CaptureFixture[str]) -> None:
    uri = shop.pack()

    shop.create(SLUG)

    told = f"the pack {uri} does not say whether it holds MLflow; without it the deployment cannot load the model"
    assert told in capfd.readouterr().err


def test_nothing_is_made_for_a_slug_that_oci_does_not_have(shop: Shop) -> None:
    shop.pack()

    with pytest.raises(MlflowException) as failure:
        shop.create("generalml_p310_cpu_x86_64_v1")

    assert "generalml_p310_cpu_x86_64_v1: no pack of the service has this slug (" in str(failure.value)
    assert f"Did you mean '{SLUG}'?" in str(failure.value)
    assert (shop.calls("create_model"), shop.calls("create_model_deployment")) == (0, 0)


def test_nothing_is_made_for_a_pack_that_is_listed_and_gone(shop: Shop) -> None:
    uri = shop.pack()
    shop.twin.store.remove("service-conda-packs@id19sfcrra6z", uri.partition("id19sfcrra6z/")[2])

    with pytest.raises(MlflowException) as failure:
        shop.create(SLUG)

    assert f"{uri}: no pack is published there (" in str(failure.value)
    assert shop.calls("create_model") == 0


def test_nothing_is_made_with_a_pack_of_another_python(shop: Shop) -> None:
    uri = shop.pack(python="3.8")

    with pytest.raises(MlflowException) as failure:
        shop.create(SLUG)

    assert f"the pack {uri} has Python 3.8, and the model was written with Python 3.11.9" in str(failure.value)
    assert shop.calls("create_model") == 0
