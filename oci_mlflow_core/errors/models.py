"""What is wrong with a model."""

from __future__ import annotations

import attrs

from oci_mlflow_core.errors.root import DeploymentError


@attrs.define(eq=False, slots=False)
class ArtifactError(DeploymentError):
    """A model, or a file of it, cannot be read or written."""

    model_uri: str
    reason: str
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.model_uri}: {self.reason}" if self.model_uri else self.reason


class NoSuchModelError(ArtifactError):
    """A model URI names a model, version, alias, run or path that is not there."""


class UnusableEnvironmentError(ArtifactError):
    """The environment that a model asks for contradicts itself or cannot be understood."""
