"""The deployment file as a whole."""

from __future__ import annotations

from typing import Any

import attrs

from oci_mlflow_core.spec.infrastructure import Infrastructure
from oci_mlflow_core.spec.keys import key
from oci_mlflow_core.spec.runtime import Runtime


@attrs.frozen
class DeploymentSpec:
    """``spec`` of the deployment file; a field is None where the file does not mention it."""

    display_name: str | None = key("displayName", "Name of the deployment; --name wins.")
    description: str | None = key("description", "Description of the deployment.")
    freeform_tags: dict[str, str] | None = key("freeformTags", "Free-form tags of the deployment.")
    defined_tags: dict[str, dict[str, Any]] | None = key("definedTags", "Defined tags: namespace, key, value.")
    infrastructure: Infrastructure | None = key("infrastructure", "Where and on what it runs.")
    runtime: Runtime | None = key("runtime", "The conda pack or container image it runs in.")
