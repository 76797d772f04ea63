"""How the image of an order is run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from oci_mlflow_builders.images.configuration import RunSettings, search_path
from oci_mlflow_builders.images.places import ENVIRONMENT, HOME, SERVER, USER
from oci_mlflow_core.model.image import BASE_DIGEST_LABEL, BASE_LABEL, LOCK_LABEL, RECIPE_LABEL
from oci_mlflow_core.ports.image_builder import ImageOrder


def run_settings(order: ImageOrder, base: Mapping[str, Any]) -> RunSettings:
    """The settings of the order's image; `base` is the configuration of its base."""
    recipe, server = order.recipe, order.server
    return RunSettings(
        entrypoint=(f"{ENVIRONMENT}/bin/python", *server.command),
        environment={
            "PATH": search_path(base, f"{ENVIRONMENT}/bin"),
            "CONDA_PREFIX": ENVIRONMENT,
            # whoever runs it has no entry in /etc/passwd
            "HOME": HOME,
            "USER": "datascience",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONUNBUFFERED": "1",
            **server.environment,
        },
        port=recipe.port,
        user=USER,
        folder=SERVER,
        labels={
            "org.opencontainers.image.title": "MLflow model server",
            BASE_LABEL: recipe.base.place,
            BASE_DIGEST_LABEL: recipe.base.digest,
            LOCK_LABEL: recipe.lock_digest,
            RECIPE_LABEL: recipe.digest,
        },
    )
