"""What can go wrong, as one family of exceptions.

Every failure that a user can meet leaves the library as a `DeploymentError`. An error holds its data in
fields and makes its sentence late, in ``__str__``; `DeploymentError.hint` says what to do about it. Where a
failed command could not take back everything that it had made, `DeploymentError.leftovers` lists what is
still there. The plugin maps these classes to MLflow's error codes in one table (``oci_mlflow_plugin.errors``).
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from pathlib import Path

import attrs


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that `name` was most likely meant to be, or None where nothing is near."""
    matches = difflib.get_close_matches(name, sorted(known), n=1, cutoff=0.6)
    return matches[0] if matches else None


def one_of(names: Iterable[str]) -> str:
    """``'a', 'b' or 'c'``, for sentences that list what would have been right."""
    quoted = [f"'{name}'" for name in names]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} or {quoted[-1]}"


class DeploymentError(Exception):
    """Something that the user asked for could not be done."""

    #: What to do about it, as one or two sentences; empty where the message says it all.
    hint: str = ""
    #: What the failed command made and could not take back, one line each (what it is, its id, how to remove it).
    leftovers: tuple[str, ...] = ()


@attrs.define(eq=False, slots=False)
class InvalidRequestError(DeploymentError):
    """What was asked for is not possible as it was asked."""

    reason: str
    hint: str = ""

    def __str__(self) -> str:
        return self.reason


# --- the deployment file and the -C options -------------------------------------------------------------


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


# --- the model --------------------------------------------------------------------------------------------


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


# --- building environments --------------------------------------------------------------------------------


@attrs.define(eq=False, slots=False)
class BuildError(DeploymentError):
    """An environment builder failed."""

    builder: str
    #: What it was doing: 'lock', 'build', 'pack' or 'check'.
    stage: str
    reason: str
    #: The last lines that the failing tool printed, credentials removed.
    log_tail: tuple[str, ...] = ()
    hint: str = ""

    def __str__(self) -> str:
        head = f"the {self.builder} builder failed to {self.stage} the environment: {self.reason}"
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


# --- packs --------------------------------------------------------------------------------------------------


@attrs.define(eq=False, slots=False)
class PackStoreError(DeploymentError):
    """A pack cannot be stored or fetched."""

    location: str
    reason: str
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.location}: {self.reason}"


class PackNotFoundError(PackStoreError):
    """There is no pack at that location."""


class PackCorruptError(PackStoreError):
    """The bytes of a pack are not those that were published."""


class PackConflictError(PackStoreError):
    """Another pack is already published at that location."""


@attrs.define(eq=False, slots=False)
class OutOfSpaceError(DeploymentError):
    """A disk is full."""

    path: Path
    doing: str

    def __str__(self) -> str:
        return f"no space left on the disk that holds {self.path} while {self.doing}"

    @property
    def hint(self) -> str:  # type: ignore[override]
        return (
            "Free some space there, or let OCI_MLFLOW_HOME name a folder on a larger disk, and run the command again."
        )


# --- the service ----------------------------------------------------------------------------------------------


@attrs.define(eq=False, slots=False)
class ServiceError(DeploymentError):
    """The service that runs deployments refused a call or failed to answer it."""

    reason: str
    hint: str = ""

    def __str__(self) -> str:
        return self.reason


class NotAuthorizedError(ServiceError):
    """The caller may not do this."""


class ConflictError(ServiceError):
    """The resource is in a state, or in use, so that the call cannot be made now."""


class QuotaExceededError(ServiceError):
    """A limit of the tenancy, or of this machine, is reached."""


class UnavailableError(ServiceError):
    """The service did not answer; the same call may succeed later."""


@attrs.define(eq=False, slots=False)
class ThrottledError(ServiceError):
    """The service asks for fewer calls."""

    #: Seconds that the service asked to wait; None where it did not say.
    retry_after: float | None = None


class NoSuchDeploymentError(ServiceError):
    """No deployment has that name or OCID."""


class NameInUseError(ServiceError):
    """A deployment of that name exists already."""


@attrs.define(eq=False, slots=False)
class AmbiguousNameError(ServiceError):
    """Several deployments have that display name (OCI does not keep display names unique)."""

    ids: tuple[str, ...] = ()


@attrs.define(eq=False, slots=False)
class DeploymentFailedError(DeploymentError):
    """A deployment was created or updated, and does not serve."""

    name: str
    id: str
    reason: str
    #: The last lines of its log.
    log_tail: tuple[str, ...] = ()
    hint: str = ""

    def __str__(self) -> str:
        head = f"deployment '{self.name}' ({self.id}) failed: {self.reason}"
        return "\n".join([head, *(f"  | {line}" for line in self.log_tail)])


@attrs.define(eq=False, slots=False)
class TimedOutError(DeploymentError):
    """The deadline passed; what was begun goes on."""

    name: str
    id: str
    waiting_for: str
    #: Seconds that were spent waiting.
    elapsed: float
    hint: str = ""

    def __str__(self) -> str:
        return (
            f"deployment '{self.name}' ({self.id}): still waiting for {self.waiting_for} after {self.elapsed:.0f} s; "
            "it was left as it is and goes on"
        )


class CancelledError(DeploymentError):
    """The user ended the command with Ctrl-C."""

    def __init__(self, doing: str) -> None:
        super().__init__(doing)
        self.doing = doing

    def __str__(self) -> str:
        return f"cancelled while {self.doing}"


# --- calling a deployment ------------------------------------------------------------------------------------


@attrs.define(eq=False, slots=False)
class PayloadError(DeploymentError):
    """Data that cannot be sent to a model: not of an accepted form, or too large."""

    reason: str
    hint: str = ""

    def __str__(self) -> str:
        return self.reason


@attrs.define(eq=False, slots=False)
class PredictionError(DeploymentError):
    """A deployment answered a prediction request with an error."""

    name: str
    #: HTTP status of the answer.
    status: int
    #: Error code from the body, such as OCI's ``InternalServerError``; empty where it held none.
    code: str
    reason: str
    hint: str = ""

    def __str__(self) -> str:
        code = f" {self.code}" if self.code else ""
        return f"deployment '{self.name}' answered {self.status}{code}: {self.reason}"


def listing(title: str, lines: Sequence[str]) -> str:
    """`title` followed by one indented line each, for messages that enumerate."""
    return "\n".join([title, *(f"  {line}" for line in lines)])
