"""The service that runs deployments, in three roles."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from typing import Protocol

import attrs

from oci_mlflow_core.model.artifact import RuntimeArtifact
from oci_mlflow_core.model.deployment import Answer, CatalogModel, Deployment, FieldChange, Observation
from oci_mlflow_core.ports.progress_sink import Step
from oci_mlflow_core.spec.infrastructure import Infrastructure
from oci_mlflow_core.spec.runtime import ContainerRuntime


@attrs.frozen(kw_only=True)
class Provenance:
    """Where a model comes from; what is not known is empty.

    Source: oci.data_science.models.CreateModelProvenanceDetails.
    """

    repository_url: str = ""
    git_branch: str = ""
    git_commit: str = ""
    script_dir: str = ""
    training_script: str = ""
    #: OCID of the notebook session or job run that trained it.
    training_id: str = ""


@attrs.frozen(kw_only=True)
class ModelRegistration:
    """What is said about a model when it is registered in the catalog."""

    display_name: str
    description: str = ""
    compartment_id: str = ""
    project_id: str = ""
    freeform_tags: dict[str, str] = attrs.field(factory=dict, hash=False)
    #: Custom metadata of the catalog: (key, value, description).
    metadata: tuple[tuple[str, str, str], ...] = ()
    #: Metadata whose keys OCI defines, such as ``Framework``: (key, value).
    defined_metadata: tuple[tuple[str, str], ...] = ()
    provenance: Provenance = Provenance()
    #: JSON text; empty for a model without a signature.
    input_schema: str = ""
    output_schema: str = ""
    #: Makes the order repeatable: the service carries out one order a token. Empty lets the adapter make one.
    retry_token: str = attrs.field(default="", eq=False)


@attrs.frozen(kw_only=True)
class DesiredDeployment:
    """A deployment as it should be, complete."""

    name: str
    model_id: str
    description: str = ""
    compartment_id: str = ""
    project_id: str = ""
    freeform_tags: dict[str, str] = attrs.field(factory=dict, hash=False)
    defined_tags: dict[str, dict[str, object]] = attrs.field(factory=dict, hash=False)
    infrastructure: Infrastructure = attrs.field(factory=Infrastructure)
    #: The server's environment variables, ``WEB_CONCURRENCY`` included.
    environment_variables: dict[str, str] = attrs.field(factory=dict, hash=False)
    #: None for a conda runtime, whose pack the model's ``runtime.yaml`` names.
    container: ContainerRuntime | None = None
    #: OCID of the model group that is served instead of one model; `model_id` is empty then.
    model_group_id: str = ""
    #: Makes the order repeatable: the service carries out one order a token. Empty lets the adapter make one.
    retry_token: str = attrs.field(default="", eq=False)


class ModelCatalog(Protocol):
    """Models that deployments can serve.

    1. A model is in the catalog whole, with its artifact, or it says that it is not `complete`: a `register` that was
       killed may leave that, and the next one of the same artifact (by its tag) completes it or makes another.
    2. `find` lists what carries all the tags; models that were deleted are not in it.
    3. `delete` is idempotent; a model that a deployment serves raises `ConflictError`.
    """

    @abstractmethod
    def register(self, registration: ModelRegistration, artifact: RuntimeArtifact, step: Step) -> CatalogModel:
        """Registers the model and uploads its artifact."""

    @abstractmethod
    def find(self, freeform_tags: dict[str, str]) -> tuple[CatalogModel, ...]:
        """The models that carry these tags."""

    @abstractmethod
    def delete(self, model_id: str) -> None:
        """Removes the model and its artifact.

        Raises:
            ConflictError: A deployment serves it.
        """


class DeploymentLifecycle(Protocol):
    """Deployments.

    1. `create` and `update` return as soon as the service has taken the order; `observe` then says how it goes, until
       the state is settled.
    2. While an update goes on, the deployment answers at the same URL as before, and goes on to answer when it fails.
    3. `list` is in order of creation, newest first, and leaves out what was deleted.
    4. `get` of what is not there, or was deleted, raises `NoSuchDeploymentError`; `delete` of it does nothing.
    5. A deployment whose server died is FAILED, with the last lines of its log.
    6. After `delete` returns nothing of the deployment is left; its catalog model stays.
    7. A deactivated deployment keeps its OCID and URL and does not answer; `activate` brings back what it served.
    8. An order with a retry token that was given before is the order that was given before, where the service knows
       tokens.
    9. Of two creates of one name at the same time one deployment remains, and the other create raises `NameInUseError`,
       where the service does not keep names unique itself.
    """

    @property
    def place(self) -> str:
        """Where `list` looks, to follow "in", such as a compartment and project; empty where there is but one place."""
        return ""

    @abstractmethod
    def check(self, desired_name: str) -> None:
        """Raises what `create` would raise for reasons that are known beforehand; reads only, and is quick.

        Args:
            desired_name: Display name of the deployment that is to be created.

        Raises:
            ConflictError: A port or another resource that it needs is in use.
            InvalidRequestError: The service cannot run it with the options of this session.
        """

    @abstractmethod
    def create(self, desired: DesiredDeployment) -> Deployment:
        """Orders a deployment.

        Raises:
            ConflictError: A port or another resource that it needs is in use.
        """

    @abstractmethod
    def get(self, deployment_id: str) -> Deployment:
        """The deployment as it is now.

        Raises:
            NoSuchDeploymentError: There is none.
        """

    @abstractmethod
    def describe(self, deployment_id: str) -> DesiredDeployment:
        """What the deployment was last told to be.

        Raises:
            NoSuchDeploymentError: There is none.
        """

    @abstractmethod
    def list(self) -> Iterable[Deployment]:
        """All deployments that the session is about (its compartment and project)."""

    @abstractmethod
    def update(self, deployment_id: str, desired: DesiredDeployment, changes: tuple[FieldChange, ...]) -> Deployment:
        """Orders the changes that lead to `desired`; no other setting is touched.

        Raises:
            NoSuchDeploymentError: There is none.
            ConflictError: Its state does not allow it now, or it was changed by somebody else meanwhile.
        """

    @abstractmethod
    def deactivate(self, deployment_id: str) -> Deployment:
        """Orders that it stops serving and gives up its instances; nothing where it is INACTIVE already.

        Raises:
            NoSuchDeploymentError: There is none.
            ConflictError: Its state does not allow it now.
            InvalidRequestError: The service has no such state.
        """

    @abstractmethod
    def activate(self, deployment_id: str) -> Deployment:
        """Orders that an INACTIVE deployment serves again; nothing where it is ACTIVE already.

        Raises:
            NoSuchDeploymentError: There is none.
            ConflictError: Its state does not allow it now.
            InvalidRequestError: The service has no such state.
        """

    @abstractmethod
    def observe(self, deployment_id: str) -> Observation:
        """How the last order goes.

        Raises:
            NoSuchDeploymentError: There is none.
        """

    @abstractmethod
    def delete(self, deployment_id: str, step: Step) -> None:
        """Stops and removes the deployment, and returns when it is gone."""


class Predictor(Protocol):
    """Calls deployments; needs no more than the permission to predict.

    1. The answer is returned as it came, whatever its status.
    2. A deployment that cannot be reached raises `UnavailableError`, one that is not there `NoSuchDeploymentError`; of
       one that is switched off a service may say either.
    """

    @abstractmethod
    def predict(self, deployment: str, body: bytes, content_type: str = "application/json") -> Answer:
        """Posts the body to ``/predict`` of the deployment, named by its OCID or URL."""


class DeployService(Protocol):
    """The three roles of one service, which adapters may split."""

    @property
    @abstractmethod
    def catalog(self) -> ModelCatalog:
        """Models that deployments can serve."""

    @property
    @abstractmethod
    def lifecycle(self) -> DeploymentLifecycle:
        """Deployments."""

    @property
    @abstractmethod
    def predictor(self) -> Predictor:
        """Predictions."""
