"""What a user asks for, as values named by the verb."""

from __future__ import annotations

import attrs

from oci_mlflow_core.model.options import CommandOptions
from oci_mlflow_core.spec.loaded import LoadedSpec


@attrs.frozen(kw_only=True)
class CreateDeployment:
    """Bring a model into service under a new name."""

    name: str
    model_uri: str
    loaded: LoadedSpec
    options: CommandOptions = attrs.field(factory=CommandOptions)


@attrs.frozen(kw_only=True)
class UpdateDeployment:
    """Change a deployment: its settings, its model, or both."""

    #: Display name or OCID.
    name: str
    loaded: LoadedSpec
    #: None leaves the model that is served.
    model_uri: str | None = None
    options: CommandOptions = attrs.field(factory=CommandOptions)


@attrs.frozen(kw_only=True)
class LockModel:
    """Choose the packages of a model's environment, and nothing else."""

    model_uri: str
    loaded: LoadedSpec
    options: CommandOptions = attrs.field(factory=CommandOptions)


@attrs.frozen(kw_only=True)
class SwitchDeployment:
    """Switch a deployment off or on."""

    #: Display name or OCID.
    name: str
    options: CommandOptions = attrs.field(factory=CommandOptions)


@attrs.frozen(kw_only=True)
class DeleteDeployment:
    """Remove a deployment and the catalog model that was made for it."""

    #: Display name or OCID.
    name: str
    options: CommandOptions = attrs.field(factory=CommandOptions)
