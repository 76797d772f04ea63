"""The server's environment: its variables alone, or a container image (``environmentConfigurationDetails``)."""

from __future__ import annotations

from collections.abc import Mapping

from oci_mlflow_core.spec.runtime import ContainerRuntime, HttpEndpoint, HttpMethod, InferenceServer
from oci_mlflow_plugin.adapters.oci.deployments.tree.plain import Plain, without_none

_DEFAULT = "DEFAULT"
_CONTAINER = "OCIR_CONTAINER"
#: What ``inferenceServer: triton`` stands for.
_SERVER_VARIABLE = "CONTAINER_TYPE"


def environment_configuration(variables: Mapping[str, str], container: ContainerRuntime | None) -> Plain:
    """The environment, complete.

    Source: oci.data_science.models.DefaultModelDeploymentEnvironmentConfigurationDetails and
    OcirModelDeploymentEnvironmentConfigurationDetails.
    """
    if container is None:
        return {"environmentConfigurationType": _DEFAULT, "environmentVariables": dict(variables)}
    return without_none(
        environmentConfigurationType=_CONTAINER,
        environmentVariables=dict(variables),
        image=container.image,
        imageDigest=container.image_digest,
        imageSignatureId=container.image_signature_id,
        cmd=_listed(container.cmd),
        entrypoint=_listed(container.entrypoint),
        serverPort=container.server_port,
        healthCheckPort=container.health_check_port,
        predictApiSpecification=container.predict_api_specification,
        customHttpEndpoints=_endpoints(container.custom_http_endpoints),
    )


def read_variables(configuration: Plain | None) -> dict[str, str]:
    """The variables that were given; those that the service adds are not among them."""
    return dict((configuration or {}).get("environmentVariables") or {})


def read_container(configuration: Plain | None, model_group_id: str) -> ContainerRuntime | None:
    """The container; None for a conda runtime."""
    if configuration is None or configuration.get("environmentConfigurationType") != _CONTAINER:
        return None
    triton = read_variables(configuration).get(_SERVER_VARIABLE) == InferenceServer.TRITON.value.upper()
    endpoints = configuration.get("customHttpEndpoints")
    return ContainerRuntime(
        image=configuration.get("image"),
        image_digest=configuration.get("imageDigest"),
        image_signature_id=configuration.get("imageSignatureId"),
        cmd=_tuple(configuration.get("cmd")),
        entrypoint=_tuple(configuration.get("entrypoint")),
        server_port=configuration.get("serverPort"),
        health_check_port=configuration.get("healthCheckPort"),
        predict_api_specification=configuration.get("predictApiSpecification"),
        custom_http_endpoints=tuple(map(_read_endpoint, endpoints)) if endpoints else None,
        inference_server=InferenceServer.TRITON if triton else None,
        model_group_id=model_group_id or None,
    )


def _listed(words: tuple[str, ...] | None) -> list[str] | None:
    return None if words is None else list(words)


def _tuple(words: list[str] | None) -> tuple[str, ...] | None:
    return tuple(words) if words else None


def _endpoints(endpoints: tuple[HttpEndpoint, ...] | None) -> list[Plain] | None:
    if endpoints is None:
        return None
    return [
        {
            "endpointUriSuffix": each.endpoint_uri_suffix,
            "httpMethods": [method.value for method in each.http_methods or ()],
        }
        for each in endpoints
    ]


def _read_endpoint(endpoint: Plain) -> HttpEndpoint:
    methods = tuple(HttpMethod(name) for name in endpoint.get("httpMethods") or () if name in set(HttpMethod))
    return HttpEndpoint(endpoint_uri_suffix=endpoint.get("endpointUriSuffix"), http_methods=methods)
