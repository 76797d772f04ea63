"""``spec.runtime.spec``: the conda pack or container image that a deployment runs in."""

from __future__ import annotations

from pathlib import Path

import attrs

from oci_mlflow_core.spec.keys import key


@attrs.frozen
class PackBuild:
    """``uri`` as a mapping: a pack that is built from the model's environment and published."""

    name: str | None = key("name", "Name of the pack; the registered model's name where it is left out.")
    version: str | None = key("version", "Version of the pack; derived from its content where it is left out.")
    destination: str | None = key(
        "destination", "Where packs are published.", example="oci://bucket@namespace/conda-envs"
    )
    gpu: bool | None = key("gpu", "Build for GPU shapes.")
    overwrite: bool | None = key("overwrite", "Replace another pack of that name and version.")
    keep_local: bool | None = key("keepLocal", "Keep a copy of the pack in localCondaDir.")
    local_conda_dir: Path | None = key("localCondaDir", "Folder for keepLocal.", kind="path", example="./conda")


@attrs.frozen
class HttpEndpoint:
    """One entry of ``customHttpEndpoints``."""

    endpoint_uri_suffix: str | None = key("endpointUriSuffix", "Path below /predict.", example="/v1/models")
    http_methods: tuple[str, ...] | None = key("httpMethods", "Methods that it answers.", example=["GET"])


@attrs.frozen
class CondaRuntime:
    """``type: conda``: the model runs in a conda pack."""

    uri: PackBuild | str | None = key(
        "uri", "A pack to build (a mapping), or the oci:// URI or service slug of one that is published."
    )
    python_version: str | None = key("pythonVersion", "Python of the published pack; quote it.", example="3.11")
    score_code: Path | None = key("scoreCode", "A score.py of your own.", kind="path")
    env: dict[str, str] | None = key("env", "Environment variables of the server.")
    builder: str | None = key("builder", "Which environment builder makes the pack.")
    model_group_id: str | None = key("modelGroupId", "OCID of a model group to serve.")


@attrs.frozen
class ContainerRuntime:
    """``type: container``: the model runs in a container image."""

    image: str | None = key("image", "Image in OCIR.", example="iad.ocir.io/namespace/repository:tag")
    image_digest: str | None = key("imageDigest", "Digest of the image.", example="sha256:…")
    cmd: tuple[str, ...] | None = key("cmd", "Replaces the image's CMD.")
    entrypoint: tuple[str, ...] | None = key("entrypoint", "Replaces the image's ENTRYPOINT.")
    server_port: int | None = key("serverPort", "Port that answers /predict.", example=8080)
    health_check_port: int | None = key("healthCheckPort", "Port that answers /health.", example=8080)
    env: dict[str, str] | None = key("env", "Environment variables of the container.")
    custom_http_endpoints: tuple[HttpEndpoint, ...] | None = key("customHttpEndpoints", "Routes below /predict.")
    predict_api_specification: str | None = key("predictApiSpecification", "A known set of routes.", example="openai")
    model_group_id: str | None = key("modelGroupId", "OCID of a model group to serve.")


Runtime = CondaRuntime | ContainerRuntime
