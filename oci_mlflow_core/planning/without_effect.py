"""What a deployment file asks for and this machine does not have."""

from __future__ import annotations

import attrs

from oci_mlflow_core.spec.infrastructure import Infrastructure
from oci_mlflow_core.spec.keys import key_of
from oci_mlflow_core.spec.runtime import ContainerRuntime, Runtime

#: The setting of the infrastructure that a deployment on this machine follows.
_FOLLOWED = frozenset({"web_concurrency"})
_FOLLOWED_BY_CONTAINERS = _FOLLOWED | {"shape_name", "shape_config_details"}


def note_on_infrastructure(infrastructure: Infrastructure | None, runtime: Runtime | None = None) -> tuple[str, ...]:
    """A note that names the settings of ``spec.infrastructure.spec`` that are for the cloud alone, if any.

    A container has the memory and the processors of the shape here, too.
    """
    if infrastructure is None:
        return ()
    followed = _FOLLOWED_BY_CONTAINERS if isinstance(runtime, ContainerRuntime) else _FOLLOWED
    keys = [
        key_of(field).name
        for field in attrs.fields(Infrastructure)
        if getattr(infrastructure, field.name) is not None and field.name not in followed and not key_of(field).unused
    ]
    if not keys:
        return ()
    return (f"on this machine spec.infrastructure.spec has no effect for {', '.join(keys)}",)
