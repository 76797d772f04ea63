"""What follows from the name of a registry alone."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

#: URL of what answers in place of ``<region>.ocir.io``.
ENDPOINT_VARIABLE: Final = "OCI_MLFLOW_REGISTRY_ENDPOINT"

#: The name that images of Docker Hub have, and where its registry answers.
_DOCKER_HUB: Final = "docker.io"
_HUB_ANSWERS_AT: Final = "registry-1.docker.io"
#: Oracle Cloud's own registries: ``iad.ocir.io``, and ``ocir.us-ashburn-1.oci.oraclecloud.com``.
_OCIR: Final = (".ocir.io", ".oraclecloud.com")


def is_loopback(registry: str) -> bool:
    """Whether the registry, ``host`` or ``host:port``, is on this machine; such a one is spoken to without TLS."""
    host = _host(registry)
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def is_ocir(registry: str) -> bool:
    """Whether it is a registry of Oracle Cloud."""
    return _host(registry).endswith(_OCIR)


def answers_at(registry: str, environ: Mapping[str, str]) -> str:
    """The host, with its port where one is named, that answers for the registry.

    What `ENDPOINT_VARIABLE` names answers for every registry of Oracle Cloud, as `OCI_MLFLOW_ENDPOINT` does for its
    other services.
    """
    endpoint = environ.get(ENDPOINT_VARIABLE, "").strip()
    if endpoint and is_ocir(registry):
        return urlsplit(endpoint).netloc or endpoint
    return _HUB_ANSWERS_AT if registry == _DOCKER_HUB else registry


def names_in_configuration(registry: str) -> tuple[str, ...]:
    """The keys under which Docker's configuration may have the registry's credentials, the likeliest first."""
    hub = ("https://index.docker.io/v1/", "index.docker.io", _HUB_ANSWERS_AT) if registry == _DOCKER_HUB else ()
    return (
        *hub,
        registry,
        f"https://{registry}",
        f"https://{registry}/v1/",
        f"https://{registry}/v2/",
        f"http://{registry}",
    )


def _host(registry: str) -> str:
    if registry.startswith("["):
        return registry[1:].partition("]")[0]
    return registry.partition(":")[0].lower()
