"""The deployment file as a whole."""

from __future__ import annotations

from typing import Any

import attrs

from oci_mlflow_core.spec import values
from oci_mlflow_core.spec.ads_keys import AdsDeploymentKeys
from oci_mlflow_core.spec.infrastructure import Infrastructure
from oci_mlflow_core.spec.keys import SectionForm, key
from oci_mlflow_core.spec.runtime import CondaRuntime, ContainerRuntime, Runtime

_INFRASTRUCTURE_TYPES = ("modelDeployment", "datascienceModelDeployment")


@attrs.frozen
class DeploymentSpec(AdsDeploymentKeys):
    """``spec`` of the deployment file; a field is None where the file does not mention it."""

    display_name: str | None = key(
        "displayName", "Name of the deployment; --name wins.", example="fraud", limit=values.DISPLAY_NAME
    )
    description: str | None = key("description", "Description of the deployment.", example="Scores card payments.")
    freeform_tags: dict[str, str] | None = key(
        "freeformTags",
        "Free-form tags of the deployment.",
        example={"team": "risk"},
        limit=values.FREEFORM_TAGS,
        names=values.TAG_KEY,
        items=values.TAG_VALUE,
    )
    defined_tags: dict[str, dict[str, Any]] | None = key(
        "definedTags",
        "Defined tags: namespace, key, value.",
        example={"Operations": {"CostCenter": "42"}},
    )
    infrastructure: Infrastructure | None = key(
        "infrastructure",
        "Where and on what it runs.",
        section=SectionForm(kind="infrastructure", types=dict.fromkeys(_INFRASTRUCTURE_TYPES, Infrastructure)),
    )
    runtime: Runtime | None = key(
        "runtime",
        "The conda pack or container image it runs in.",
        section=SectionForm(
            kind="runtime", types={"conda": CondaRuntime, "container": ContainerRuntime}, type_optional=False
        ),
    )

    @property
    def environment_variables(self) -> dict[str, str]:
        """The server's environment variables, ``WEB_CONCURRENCY`` of the infrastructure included."""
        variables = self.runtime.environment_variables if self.runtime else {}
        workers = self.infrastructure.web_concurrency if self.infrastructure else None
        return {**variables, **({} if workers is None else {"WEB_CONCURRENCY": str(workers)})}


#: The file: ``kind: deployment``, and the ``type`` that ADS writes there.
FILE = SectionForm(kind="deployment", types=dict.fromkeys(_INFRASTRUCTURE_TYPES, DeploymentSpec))
