"""Where each setting stands in the service's tree, which differs with the kind of deployment.

Everything else in this package works on *sections*: the settings by the service's own names, without their places.
"""

from __future__ import annotations

import enum

from oci_mlflow_core.errors import InvalidRequestError
from oci_mlflow_plugin.adapters.oci.deployments.tree.plain import Plain

#: The part of the tree that says how it runs.
CONFIGURATION = "modelDeploymentConfigurationDetails"
_ENVIRONMENT = "environmentConfigurationDetails"
_INFRASTRUCTURE = "infrastructureConfigurationDetails"
#: What the service itself gives a container; it tells them, and takes them from nobody.
_READ_ONLY = "defaultEnvironmentVariables"
_TOP = (
    "displayName",
    "description",
    "projectId",
    "compartmentId",
    "freeformTags",
    "definedTags",
    "categoryLogDetails",
)
_OF_INSTANCES = ("instanceConfiguration", "scalingPolicy", "bandwidthMbps", "maximumBandwidthMbps")
_OF_A_CLUSTER = ("computeTargetId", "modelDeploymentResourceConfiguration", "scalingPolicy")


class Kind(str, enum.Enum):
    """Source: oci.data_science.models.ModelDeploymentConfigurationDetails.deployment_type."""

    SINGLE_MODEL = "SINGLE_MODEL"
    MODEL_GROUP = "MODEL_GROUP"
    SINGLE_MODEL_FLEX = "SINGLE_MODEL_FLEX"

    def __str__(self) -> str:
        return self.value

    @property
    def identity(self) -> str:
        """The section that names what is served; the service wants it in every change of a configuration."""
        return "modelGroupId" if self is Kind.MODEL_GROUP else "modelId"

    @property
    def _resources(self) -> tuple[str, ...]:
        return _OF_A_CLUSTER if self is Kind.SINGLE_MODEL_FLEX else _OF_INSTANCES

    @property
    def _pool(self) -> str:
        return "MANAGED_COMPUTE_CLUSTER" if self is Kind.SINGLE_MODEL_FLEX else "INSTANCE_POOL"

    def lay_out(self, sections: Plain) -> Plain:
        """The tree; a configuration is in it where any section belongs there, and needs `identity` then."""
        tree = _picked(sections, _TOP)
        resources = _picked(sections, self._resources)
        environment = _picked(sections, (_ENVIRONMENT,))
        if not resources and not environment and self.identity not in sections:
            return tree
        configuration: Plain = {"deploymentType": self.value, **environment}
        served = {self.identity: sections[self.identity]}
        if self is Kind.SINGLE_MODEL:
            configuration["modelConfigurationDetails"] = {**served, **resources}
        else:
            group = self is Kind.MODEL_GROUP
            configuration["modelGroupConfigurationDetails" if group else "modelConfigurationDetails"] = served
            if resources:
                configuration[_INFRASTRUCTURE] = {"infrastructureType": self._pool, **resources}
        return {**tree, CONFIGURATION: configuration}


def kind_of(tree: Plain) -> Kind:
    """What kind of deployment the service tells of.

    Raises:
        InvalidRequestError: One that this version does not know.
    """
    name = (tree.get(CONFIGURATION) or {}).get("deploymentType") or Kind.SINGLE_MODEL
    if name not in set(Kind):
        raise InvalidRequestError(f"deployments of the type {name} cannot be updated by this version")
    return Kind(name)


def sections_of(tree: Plain) -> Plain:
    """The settings of a deployment by their names."""
    configuration = tree.get(CONFIGURATION) or {}
    sections = _picked(tree, _TOP)
    for part in ("modelConfigurationDetails", "modelGroupConfigurationDetails", _INFRASTRUCTURE):
        sections.update(configuration.get(part) or {})
    sections.pop("infrastructureType", None)
    if environment := configuration.get(_ENVIRONMENT):
        sections[_ENVIRONMENT] = {key: value for key, value in environment.items() if key != _READ_ONLY}
    return sections


def _picked(values: Plain, names: tuple[str, ...]) -> Plain:
    return {name: values[name] for name in names if name in values}
