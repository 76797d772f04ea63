"""What the container of a deployment is to be, as it stands in the order that its supervisor keeps."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import attrs
import cattrs

from oci_mlflow_core.ports.deploy_service import DesiredDeployment
from oci_mlflow_core.spec.runtime import ContainerRuntime

#: Where the artifact is found. Source: OCI documentation, "Bring your own container".
ARTIFACT = "/opt/ds/model/deployed_model"
#: Where both ports are left out. Source: the same.
DEFAULT_PORT = 8080
#: Seconds in which a container has to become healthy. Source: the same.
HEALTHY_WITHIN = 600.0
_GIGABYTE = 1024**3
#: Arm shapes have one virtual processor an OCPU, all others two. Source: OCI documentation, "Compute Shapes".
_ARM = re.compile(r"\.A\d+\b")


@attrs.frozen
class Endpoint:
    """A route below ``/predict`` that the container answers without it."""

    suffix: str
    methods: tuple[str, ...]


@attrs.frozen(kw_only=True)
class ContainerSettings:
    """One container."""

    #: As the deployment file names it.
    image: str
    #: ``sha256:…``, or empty where the tag alone says which.
    digest: str
    cmd: tuple[str, ...] | None
    entrypoint: tuple[str, ...] | None
    server_port: int
    health_check_port: int
    environment: dict[str, str] = attrs.field(hash=False)
    endpoints: tuple[Endpoint, ...]
    #: Bytes; None for as much as there is.
    memory: int | None
    #: Virtual processors; None for as many as there are.
    cpus: float | None
    #: Seconds in which it has to become healthy.
    healthy_within: float

    @property
    def reference(self) -> str:
        """What an engine is asked for: the digest decides where there is one."""
        if not self.digest or "@" in self.image:
            return self.image
        repository, colon, tag = self.image.rpartition(":")
        return f"{repository if colon and '/' not in tag else self.image}@{self.digest}"

    def to_plain(self) -> dict[str, Any]:
        """JSON types."""
        plain: dict[str, Any] = cattrs.unstructure(self)
        return plain


def settings_from(plain: Mapping[str, Any]) -> ContainerSettings:
    """What `to_plain` gave."""
    return cattrs.structure(plain, ContainerSettings)


def settings_of(
    deployment_id: str, desired: DesiredDeployment, container: ContainerRuntime, healthy_within: float
) -> ContainerSettings:
    """The container of a deployment, with OCI's defaults for what is left out."""
    server = container.server_port or container.health_check_port or DEFAULT_PORT
    shape = desired.infrastructure.shape_config_details
    memory = shape.memory_in_gbs if shape else None
    return ContainerSettings(
        image=str(container.image or ""),
        digest=container.image_digest or "",
        cmd=container.cmd,
        entrypoint=container.entrypoint,
        server_port=server,
        health_check_port=container.health_check_port or server,
        environment=_variables(deployment_id, desired, str(container.image or "")),
        endpoints=_endpoints(container),
        memory=round(memory * _GIGABYTE) if memory else None,
        cpus=_cpus(desired),
        healthy_within=healthy_within,
    )


def _variables(deployment_id: str, desired: DesiredDeployment, image: str) -> dict[str, str]:
    """The deployment's own, which those that OCI reserves for itself win over."""
    workers = desired.infrastructure.web_concurrency
    return {
        **({"WEB_CONCURRENCY": str(workers)} if workers else {}),
        **desired.environment_variables,
        "MODEL_DEPLOYMENT_OCID": deployment_id,
        "TENANCY_OCID": "ocid1.tenancy.oc1..local",
        "CONTAINER_CUSTOM_IMAGE": image,
    }


def _cpus(desired: DesiredDeployment) -> float | None:
    shape = desired.infrastructure.shape_config_details
    if shape is None or not shape.ocpus:
        return None
    return shape.ocpus * (1 if _ARM.search(desired.infrastructure.shape_name or "") else 2)


def _endpoints(container: ContainerRuntime) -> tuple[Endpoint, ...]:
    return tuple(
        Endpoint(str(one.endpoint_uri_suffix), tuple(method.value for method in one.http_methods or ()))
        for one in container.custom_http_endpoints or ()
    )
