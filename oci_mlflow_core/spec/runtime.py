"""``spec.runtime.spec``: the conda pack or container image that a deployment runs in."""

from __future__ import annotations

import enum
from pathlib import Path

import attrs

from oci_mlflow_core.model.image import ImagePlatform
from oci_mlflow_core.spec import values
from oci_mlflow_core.spec.ads_keys import AdsRuntimeKeys
from oci_mlflow_core.spec.keys import key

_ENV_DOC = "Environment variables of the server."
_BUILDER_IMAGE_DOC = "Container image that the docker builder works in; it holds conda, mamba or micromamba."
_BUILDER_IMAGE = "registry.example.com/conda/miniforge:24.9"
_ALIAS_DOC = "URL that the names of conda channels are below, instead of that of conda's own settings: a mirror."
_ALIAS = "https://mirror.example.com/conda"
#: Source: ADS ModelDeploymentRuntime.attribute_map.
_ENV_ALIASES = ("environmentVariables", "environment_variables")


class InferenceServer(str, enum.Enum):
    """Source: ADS ModelDeploymentContainerRuntime.with_inference_server."""

    TRITON = "triton"


class HttpMethod(str, enum.Enum):
    """Source: oci.data_science.models.InferenceHttpEndpoint.http_methods."""

    GET = "GET"
    POST = "POST"
    PUT = "PUT"
    DELETE = "DELETE"


@attrs.frozen
class PackBuild:
    """``uri`` as a mapping: a pack that is built from the model's environment and published."""

    name: str | None = key(
        "name",
        "Name of the pack; the registered model's name where it is left out.",
        example="fraud",
        limit=values.PACK_WORD,
    )
    version: str | None = key(
        "version",
        "Version of the pack; derived from its content where it is left out.",
        example="1.0",
        limit=values.PACK_WORD,
    )
    destination: str | None = key(
        "destination",
        "Where packs are published.",
        example="oci://bucket@namespace/conda-envs",
        limit=values.DESTINATION,
    )
    gpu: bool | None = key("gpu", "Whether the pack is for GPU shapes; without it, as the shape is.", example=False)
    overwrite: bool | None = key("overwrite", "Replace another pack of that name and version.", example=False)
    keep_local: bool | None = key("keepLocal", "Keep a copy of the pack in localCondaDir.", example=False)
    local_conda_dir: Path | None = key("localCondaDir", "Folder for keepLocal.", kind="path", example="./conda")


@attrs.frozen
class ImageBuild:
    """``image`` as a mapping: an image that is made from the model's environment and pushed."""

    destination: str | None = key(
        "destination",
        "Repository that the image is pushed to.",
        example="iad.ocir.io/namespace/models",
        limit=values.IMAGE_DESTINATION,
        required=True,
    )
    name: str | None = key(
        "name",
        "What the image's tag begins with; the registered model's name where it is left out.",
        example="fraud",
        limit=values.IMAGE_NAME,
    )
    base: str | None = key(
        "base",
        "Image that it is made from; it has curl.",
        example="container-registry.oracle.com/os/oraclelinux:9-slim",
        limit=values.BASE_IMAGE,
    )
    platform: ImagePlatform | None = key(
        "platform", "What it runs on; that of the shape where it is left out.", example="linux/amd64"
    )


@attrs.frozen
class HttpEndpoint:
    """One entry of ``customHttpEndpoints``."""

    endpoint_uri_suffix: str | None = key(
        "endpointUriSuffix", "Path of the route.", example="/v1/models", required=True
    )
    http_methods: tuple[HttpMethod, ...] | None = key(
        "httpMethods", "Methods that it answers.", example=["GET"], required=True
    )


@attrs.frozen
class CondaRuntime(AdsRuntimeKeys):
    """``type: conda``: the model runs in a conda pack."""

    uri: PackBuild | str | None = key(
        "uri",
        "A pack to build (a mapping), or the oci:// URI or service slug of one that is published.",
        example="oci://bucket@namespace/path/to/conda-env",
        limit=values.PACK_URI,
    )
    python_version: str | None = key(
        "pythonVersion", "Python of the published pack; quote it.", example="3.11", limit=values.PYTHON_VERSION
    )
    score_code: Path | None = key("scoreCode", "A score.py of your own.", kind="path", example="./score.py")
    env: dict[str, str] | None = key(
        "env",
        _ENV_DOC,
        example={"LOG_LEVEL": "INFO"},
        names=values.VARIABLE_NAME,
        aliases=_ENV_ALIASES,
    )
    builder: str | None = key("builder", "Which environment builder makes the pack.", example="uv")
    builder_image: str | None = key(
        "builderImage",
        _BUILDER_IMAGE_DOC,
        example=_BUILDER_IMAGE,
        limit=values.BUILDER_IMAGE,
    )
    channel_alias: str | None = key(
        "channelAlias",
        _ALIAS_DOC,
        example=_ALIAS,
        limit=values.CHANNEL_ALIAS,
    )
    glibc: str | None = key(
        "glibc",
        "The glibc of the machines that run the pack, where it is not that of the service; quote it.",
        example="2.34",
        limit=values.GLIBC,
    )
    model_group_id: str | None = key(
        "modelGroupId",
        "OCID of a model group to serve.",
        example="ocid1.datasciencemodelgroup.oc1.iad..<unique_ID>",
        limit=values.ocid("datasciencemodelgroup"),
    )

    @property
    def environment_variables(self) -> dict[str, str]:
        """The server's environment variables."""
        return dict(self.env or {})


@attrs.frozen
class ContainerRuntime(AdsRuntimeKeys):
    """``type: container``: the model runs in a container image."""

    image: ImageBuild | str | None = key(
        "image",
        "An image in OCIR, or how to make one from the model (a mapping).",
        example="iad.ocir.io/namespace/repository:tag",
        limit=values.IMAGE,
    )
    image_digest: str | None = key(
        "imageDigest", "Digest of the image.", example=f"sha256:{'0' * 64}", limit=values.DIGEST
    )
    image_signature_id: str | None = key(
        "imageSignatureId",
        "OCID of the image's signature.",
        example="ocid1.containerimagesignature.oc1.iad..<unique_ID>",
        limit=values.ocid("containerimagesignature"),
    )
    cmd: tuple[str, ...] | None = key("cmd", "Replaces the image's CMD.", example=["--port", "8080"])
    entrypoint: tuple[str, ...] | None = key("entrypoint", "Replaces the image's ENTRYPOINT.", example=["/serve"])
    server_port: int | None = key("serverPort", "Port that answers /predict.", example=8080, limit=values.PORT)
    health_check_port: int | None = key(
        "healthCheckPort", "Port that answers /health.", example=8080, limit=values.PORT
    )
    env: dict[str, str] | None = key(
        "env",
        _ENV_DOC,
        example={"LOG_LEVEL": "INFO"},
        names=values.VARIABLE_NAME,
        aliases=_ENV_ALIASES,
    )
    custom_http_endpoints: tuple[HttpEndpoint, ...] | None = key(
        "customHttpEndpoints", "Further routes that the container answers.", limit=values.ENDPOINTS
    )
    predict_api_specification: str | None = key(
        "predictApiSpecification", "A known set of routes that the container answers.", example="openai"
    )
    inference_server: InferenceServer | None = key(
        "inferenceServer", "triton lets the service run NVIDIA Triton (CONTAINER_TYPE=TRITON).", example="triton"
    )
    image_builder: str | None = key("imageBuilder", "Which image builder makes the image.", example="layers")
    builder: str | None = key(
        "builder", "Which environment builder makes the environment of an image that is made.", example="uv"
    )
    builder_image: str | None = key(
        "builderImage", _BUILDER_IMAGE_DOC, example=_BUILDER_IMAGE, limit=values.BUILDER_IMAGE
    )
    channel_alias: str | None = key("channelAlias", _ALIAS_DOC, example=_ALIAS, limit=values.CHANNEL_ALIAS)
    glibc: str | None = key(
        "glibc",
        "The glibc of the base image, where it is older than that of the service; quote it.",
        example="2.28",
        limit=values.GLIBC,
    )
    model_group_id: str | None = key(
        "modelGroupId",
        "OCID of a model group to serve.",
        example="ocid1.datasciencemodelgroup.oc1.iad..<unique_ID>",
        limit=values.ocid("datasciencemodelgroup"),
    )

    @property
    def environment_variables(self) -> dict[str, str]:
        """The server's environment variables, with the one that `inference_server` stands for."""
        triton = {"CONTAINER_TYPE": "TRITON"} if self.inference_server is InferenceServer.TRITON else {}
        return {**triton, **(self.env or {})}


Runtime = CondaRuntime | ContainerRuntime
