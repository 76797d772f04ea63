"""What a deployment file asks for and this machine does not have."""

from __future__ import annotations

import attrs

from oci_mlflow_core.spec.infrastructure import Infrastructure
from oci_mlflow_core.spec.keys import key_of

#: The one setting of the infrastructure that a deployment on this machine follows.
_FOLLOWED = frozenset({"web_concurrency"})


def note_on_infrastructure(infrastructure: Infrastructure | None) -> tuple[str, ...]:
    """A note that names the settings of ``spec.infrastructure.spec`` that are for the cloud alone, if any."""
    if infrastructure is None:
        return ()
    keys = [
        key_of(field).name
        for field in attrs.fields(Infrastructure)
        if getattr(infrastructure, field.name) is not None and field.name not in _FOLLOWED and not key_of(field).unused
    ]
    if not keys:
        return ()
    return (f"on this machine spec.infrastructure.spec has no effect for {', '.join(keys)}",)
