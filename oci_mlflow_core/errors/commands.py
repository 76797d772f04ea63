"""What is wrong with a deployment file, with options or with a target."""

from __future__ import annotations

import attrs

from oci_mlflow_core.errors.root import DeploymentError


@attrs.frozen
class Violation:
    """One fault of a file or of an option: where it is, and what is wrong there."""

    #: The file's name as the user wrote it, or ``-C name`` for an option.
    source: str
    #: Dotted path from the root of the file, such as ``spec.infrastructure.spec.replica``; empty for the whole.
    path: str
    #: What was expected and what was found there.
    message: str
    #: 1-based; None where the source has no lines.
    line: int | None = None
    #: 1-based; None where the source has no lines.
    column: int | None = None

    def __str__(self) -> str:
        place = self.source if self.line is None else f"{self.source}:{self.line}:{self.column}"
        return ": ".join(part for part in (place, self.path, self.message) if part)


@attrs.define(eq=False, slots=False)
class SpecError(DeploymentError):
    """A deployment file, or options that change it, cannot be used; all faults are listed at once."""

    violations: tuple[Violation, ...]
    hint: str = ""

    def __str__(self) -> str:
        return "\n".join(str(violation) for violation in self.violations)


@attrs.define(eq=False, slots=False)
class TargetError(DeploymentError):
    """A target URI that names no place this plugin can deploy to."""

    target_uri: str
    reason: str
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.target_uri}: {self.reason}"
