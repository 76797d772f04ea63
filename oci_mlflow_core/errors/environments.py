"""What is wrong with building an environment."""

from __future__ import annotations

import attrs

from oci_mlflow_core.errors.root import DeploymentError
from oci_mlflow_core.errors.wording import nearest


@attrs.define(eq=False, slots=False)
class BuildError(DeploymentError):
    """An environment builder failed."""

    builder: str
    #: What it was doing: 'lock', 'build', 'check' or 'pack'.
    stage: str
    reason: str
    #: The last lines that the failing tool printed, credentials removed.
    log_tail: tuple[str, ...] = ()
    hint: str = ""

    def __str__(self) -> str:
        head = f"the {self.builder} builder failed to {self.stage} the environment: {self.reason}"
        return "\n".join([head, *(f"  | {line}" for line in self.log_tail)])


@attrs.define(eq=False, slots=False)
class ImageBuildError(DeploymentError):
    """A container image cannot be made."""

    builder: str
    reason: str
    #: The last lines that the failing tool printed, credentials removed.
    log_tail: tuple[str, ...] = ()
    hint: str = ""

    def __str__(self) -> str:
        head = f"the {self.builder} image builder failed: {self.reason}"
        return "\n".join([head, *(f"  | {line}" for line in self.log_tail)])


class UnsolvableEnvironmentError(BuildError):
    """The requirements cannot be met together, or one of them does not exist."""


@attrs.define(eq=False, slots=False)
class NoSuchBuilderError(DeploymentError):
    """No environment builder of that name is installed."""

    name: str
    known: tuple[str, ...]

    def __str__(self) -> str:
        return f"no environment builder is called '{self.name}'"

    @property
    def hint(self) -> str:  # type: ignore[override]
        near = nearest(self.name, self.known)
        meant = f"did you mean '{near}'? " if near else ""
        return f"{meant}Installed builders: {', '.join(self.known) or 'none'}."


@attrs.define(eq=False, slots=False)
class BuilderUnavailableError(DeploymentError):
    """No builder that is usable here can make the environment."""

    #: What the environment needs that rules builders out, such as the conda-only packages.
    needs: str
    #: One reason for each builder that was considered: (name, why not).
    reasons: tuple[tuple[str, str], ...]
    hint: str = ""

    def __str__(self) -> str:
        lines = [f"no environment builder here can make this environment ({self.needs}):"]
        return "\n".join([*lines, *(f"  {name}: {reason}" for name, reason in self.reasons)])


class NoSuchImageBuilderError(NoSuchBuilderError):
    """No image builder of that name is installed."""

    def __str__(self) -> str:
        return f"no image builder is called '{self.name}'"


class ImageBuilderUnavailableError(BuilderUnavailableError):
    """No image builder that is usable here can make the image."""

    def __str__(self) -> str:
        lines = [f"no image builder here can make {self.needs}:"]
        return "\n".join([*lines, *(f"  {name}: {reason}" for name, reason in self.reasons)])
