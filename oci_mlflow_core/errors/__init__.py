"""What can go wrong, as one family of exceptions.

Every failure that a user can meet leaves the library as a `DeploymentError`. An error holds its data in
fields and makes its sentence late, in ``__str__``; `DeploymentError.hint` says what to do about it. Where a
failed command could not take back everything that it had made, `DeploymentError.leftovers` lists what is
still there. The plugin maps these classes to MLflow's error codes in one table (``oci_mlflow_plugin.errors``).
"""

from __future__ import annotations

from oci_mlflow_core.errors.commands import SpecError, TargetError, Violation
from oci_mlflow_core.errors.deployments import (
    CancelledError,
    DeploymentFailedError,
    PayloadError,
    PredictionError,
    TimedOutError,
)
from oci_mlflow_core.errors.environments import (
    BuildError,
    BuilderUnavailableError,
    ImageBuildError,
    ImageBuilderUnavailableError,
    NoSuchBuilderError,
    NoSuchImageBuilderError,
    UnsolvableEnvironmentError,
)
from oci_mlflow_core.errors.models import ArtifactError, NoSuchModelError, UnusableEnvironmentError
from oci_mlflow_core.errors.packs import (
    OutOfSpaceError,
    PackConflictError,
    PackCorruptError,
    PackNotFoundError,
    PackStoreError,
)
from oci_mlflow_core.errors.root import DeploymentError, InvalidRequestError
from oci_mlflow_core.errors.services import (
    AmbiguousNameError,
    ConflictError,
    NameInUseError,
    NoSuchDeploymentError,
    NotAuthorizedError,
    QuotaExceededError,
    RegistryRefusedError,
    ServiceError,
    ThrottledError,
    UnavailableError,
)
from oci_mlflow_core.errors.wording import listing, nearest, one_of

__all__ = [
    "AmbiguousNameError",
    "ArtifactError",
    "BuildError",
    "BuilderUnavailableError",
    "CancelledError",
    "ConflictError",
    "DeploymentError",
    "DeploymentFailedError",
    "ImageBuildError",
    "ImageBuilderUnavailableError",
    "InvalidRequestError",
    "NameInUseError",
    "NoSuchBuilderError",
    "NoSuchDeploymentError",
    "NoSuchImageBuilderError",
    "NoSuchModelError",
    "NotAuthorizedError",
    "OutOfSpaceError",
    "PackConflictError",
    "PackCorruptError",
    "PackNotFoundError",
    "PackStoreError",
    "PayloadError",
    "PredictionError",
    "QuotaExceededError",
    "RegistryRefusedError",
    "ServiceError",
    "SpecError",
    "TargetError",
    "ThrottledError",
    "TimedOutError",
    "UnavailableError",
    "UnsolvableEnvironmentError",
    "UnusableEnvironmentError",
    "Violation",
    "listing",
    "nearest",
    "one_of",
]
